import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { readRequest } from '../../src/handlers/command-request.ts';
import { createDispatcher, type Dispatcher } from '../../src/handlers/dispatch.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';

let test: TestDatabase;
let dispatcher: Dispatcher;
let ada: Person;
let viewer: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  const deps = fakeDeps(test.database);
  dispatcher = createDispatcher(deps, commands);
  ada = await makePerson(deps, 'admin');
  viewer = await makePerson(deps, 'viewer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, { name: 'api', project, envVars: { LOG_LEVEL: 'info' } });
  await makeApplication(test.database, { name: 'web', project });
  await makeApplication(test.database, {
    name: 'hidden',
    project: await makeProject(test.database, { name: 'other' }),
  });
});
afterAll(() => test.close());

const complete = (line: string, { origin } = ada, most = 25) => dispatcher.completeLine(line, origin, most);

describe('whole lines', () => {
  it.each([
    ['a command, and what it is about', 'scal', ['scale', 'scale shop/api', 'scale shop/web']],
    ['a command that is whole', 'ship unlock', ['unlock', 'unlock shop/api', 'unlock shop/web']],
    ['an application by its beginning', 'unlock shop/a', ['unlock shop/api']],
    ['an application by a part of its name', 'unlock WEB', ['unlock shop/web']],
    ['the family of a word that is no command', 'freeze', ['freeze add', 'freeze list', 'freeze remove']],
    [
      'names within an application',
      'env unset shop/api ',
      ['env unset shop/api LOG_LEVEL', 'env unset shop/api --preview'],
    ],
    ['options that are not given yet', 'env unset shop/api LOG_LEVEL --p', ['env unset shop/api LOG_LEVEL --preview']],
    ['values of an option', 'audit --app shop/w', ['audit --app shop/web', 'audit --app shop/web --user']],
    ['what is typed, whatever its values', 'unlock shop/unknown', ['unlock shop/unknown']],
    ['nothing of others', 'unlock other/', ['unlock other/']],
    ['nothing where there is no command', 'frobnicate the', []],
    ['nothing where a quote is open', 'env set shop/api "A=', []],
  ])('are %s: %j', async (_, line, lines) => {
    const found = await complete(line);
    expect(found.slice(0, lines.length)).toEqual(lines);
    if (lines.length < 2) expect(found).toEqual(lines);
  });

  it('begin with the verbs where nothing is typed, in the order of the help', async () => {
    const found = await complete('');
    expect(found).toHaveLength(25);
    expect(found.slice(0, 5)).toEqual(['help', 'whoami', 'link', 'login', 'deploy']);
  });

  it('go on with options after an application', async () => {
    const found = await complete('deploy shop/api');
    expect(found[0]).toBe('deploy shop/api');
    expect(found).toContain('deploy shop/api --force');
    expect(found).toHaveLength(new Set(found).size);
  });

  it('are those that the person may run', async () => {
    expect(await complete('unlock', viewer)).toEqual([]);
    expect(await complete('status', viewer)).toEqual(['status']);
    const nobody = { origin: { ...ada.origin, account: 'nobody' } } as Person;
    expect(await complete('', nobody)).toEqual(['help', 'whoami', 'link', 'login']);
  });

  it('are lines that a command reads', async () => {
    const starts = ['', 'e', 'dep', 'app', 'db ', 'notify a', 'deploy shop/api ', 'scale shop/api '];
    const lines = (await Promise.all(starts.map((start) => complete(start)))).flat();
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter((line) => !readRequest(commands, { line }).command)).toEqual([]);
  });

  it('are as many as a platform shows', async () => {
    expect(await complete('', ada, 3)).toEqual(['help', 'whoami', 'link']);
  });
});
