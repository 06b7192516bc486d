import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditLog } from '../../src/entities/audit-log.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher, type Dispatcher } from '../../src/handlers/dispatch.ts';
import { applicationName } from '../../src/usecases/applications/find-application.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject, makeUser } from '../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { linkIdentity } from '../support/person.ts';

let test: TestDatabase;
let dispatcher: Dispatcher;
let name: string;
beforeAll(async () => {
  test = await createTestDatabase();
  dispatcher = createDispatcher(fakeDeps(test.database), commands);
  const ada = await makeUser(test.database, { role: 'admin' });
  await linkIdentity(test.database, ada, consoleOrigin('ada'));
  const project = await makeProject(test.database, { owner: ada });
  name = applicationName(await makeApplication(test.database, { project }));
});
afterAll(() => test.close());

const meant = (line: string, account = 'ada') => dispatcher.meant(dispatcher.read({ line }), consoleOrigin(account));
const asked = (line: string, account = 'ada') => dispatcher.dispatch({ line }, consoleOrigin(account));

it('a question is read as the command that it spells, and no other', async () => {
  expect((await meant(`what is the status of ${name}?`)).request).toMatchObject({
    command: { name: 'status' },
    line: `status ${name}`,
  });
  expect((await meant(`can you deploy ${name}?`)).request.command).toBeUndefined();
});

it('what may be meant is offered as buttons, and a change asks first', async () => {
  expect(await asked(`could you stop ${name}?`)).toEqual({
    tone: 'info',
    text: `That is no command. Did you mean \`stop ${name}\`?`,
    actions: [
      {
        label: `stop ${name}`,
        command: `stop ${name}`,
        confirm: `Stop all tasks; \`start\` brings them back: stop ${name}`,
      },
    ],
  });
});

it('nothing runs by a guess', async () => {
  const rows = () => test.database.asSystem().count(AuditLog, {});
  const before = await rows();
  for (const line of [`please deploy ${name}`, `could you restart ${name}?`, 'I want to create a new application'])
    await asked(line);
  expect(await rows()).toBe(before);
});

it('people are offered only what they may run, and applications that they see', async () => {
  const bob = await makeUser(test.database, { role: 'viewer' });
  await linkIdentity(test.database, bob, consoleOrigin('bob'));
  expect(await asked(`could you stop ${name}?`, 'bob')).toMatchObject({ tone: 'danger' });
  expect((await meant(`what is the status of ${name}?`, 'bob')).request.command).toBeUndefined();
  expect(await asked(`what is the status of ${name}?`, 'stranger')).toMatchObject({ tone: 'danger' });
});
