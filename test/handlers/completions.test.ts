import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher, type Dispatcher } from '../../src/handlers/dispatch.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';

let test: TestDatabase;
let dispatcher: Dispatcher;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  const deps = fakeDeps(test.database);
  dispatcher = createDispatcher(deps, commands);
  ada = await makePerson(deps, 'admin');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, { name: 'api', project, envVars: { LOG_LEVEL: 'info', PORT: '1' } });
  await makeApplication(test.database, { name: 'web', project });
  await makeApplication(test.database, {
    name: 'hidden',
    project: await makeProject(test.database, { name: 'other' }),
  });
});
afterAll(() => test.close());

describe('complete', () => {
  it.each([
    ['dep', ['deploy'], 'dep'],
    ['ship dep', ['deploy'], 'dep'],
    ['proj', ['project'], 'proj'],
    ['project ', ['create', 'delete', 'list', 'show', 'team', 'transfer'], ''],
    ['env s', ['set'], 's'],
    ['deploy ', ['shop/api', 'shop/web'], ''],
    ['deploy shop/w', ['shop/web'], 'shop/w'],
    ['deploy shop/api --f', ['--force'], '--f'],
    ['project show ', ['shop'], ''],
    ['app create x --provider git', ['gitea', 'github', 'gitlab'].filter((one) => one.startsWith('git')), 'git'],
    ['audit --app ', ['shop/api', 'shop/web'], ''],
    ['logs --lines 5 shop/a', ['shop/api'], 'shop/a'],
    ['help rollb', ['rollback'], 'rollb'],
    ['env unset shop/api LOG', ['LOG_LEVEL'], 'LOG'],
    ['env unset shop/api LOG_LEVEL P', ['PORT'], 'P'],
    ['env unset shop/hidden ', [], ''],
    ['rollback shop/api ', [], ''],
    ['schedule run ret', ['retention'], 'ret'],
    ['frobnicate ', [], ''],
    ['env set shop/api "A=', [], 'A='],
  ])('completes %j', async (line, matches, fragment) => {
    expect(await dispatcher.complete(line, ada.origin)).toEqual({ matches, fragment });
  });
});
