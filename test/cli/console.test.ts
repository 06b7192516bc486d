import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from '../../src/cli/client.ts';
import { talk } from '../../src/cli/console.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { fakeDeps, fakeGit } from '../support/fakes.ts';
import { type LocalShipmate, openLocalShipmate } from '../support/local-shipmate.ts';
import { createTerminal } from '../support/terminal.ts';

const commit = '3f2c1ab4000000000000000000000000000000aa';

let test: TestDatabase;
let deps: Deps;
let local: LocalShipmate;

beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { git: fakeGit({ main: commit }) });
  local = await openLocalShipmate(deps);
  const project = await makeProject(test.database, { name: 'shop' });
  await makeApplication(test.database, {
    name: 'api',
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', branch: 'main' },
  });
});
afterAll(async () => {
  await local.close();
  await test.close();
});

function client() {
  return createClient({ url: '', token: undefined, dataDir: local.dataDir, account: 'ada' });
}

it('looks like the console of Shipmate itself, and is left without stopping it', async () => {
  const terminal = createTerminal({ columns: 70, rows: 24 });
  const left = talk(client(), terminal);
  await terminal.shows(/Connected to .*shipmate\.sock[^]*ship ❯$/);
  terminal.type('stat\t');
  await terminal.shows(/ship ❯ status$/);
  terminal.type('\u0003\u0003');
  await terminal.shows(/Ctrl-C again, Ctrl-D or `exit` leaves\./);
  terminal.type('env set shop/api KEY --secret\r');
  await terminal.shows(/\? .*: $|\? .*:$/);
  terminal.type('hunter2\r');
  await terminal.shows(/KEY/);
  expect((await terminal.screen()).join('\n')).not.toContain('hunter2');
  terminal.type('exit\r');
  expect(await left).toBe(0);
  await terminal.shows(/Shipmate keeps running\./);
  expect((await client().run('env list shop/api')).data).toEqual([
    { key: 'KEY', value: null, secret: true, build: false },
  ]);
});

it('draws the deployments that were started at it, until they end', async () => {
  const terminal = createTerminal({ columns: 70, rows: 24 });
  const left = talk(client(), terminal);
  await terminal.shows(/ship ❯$/);
  terminal.type('deploy shop/api\r');
  await terminal.shows(/queued|waiting/i);
  await client().run('cancel shop/api');
  await terminal.shows(/cancelled/i);
  terminal.type('exit\r');
  expect(await left).toBe(0);
});

it('draws the deployments that were started elsewhere too', async () => {
  const terminal = createTerminal({ columns: 70, rows: 24 });
  const left = talk(client(), terminal);
  await terminal.shows(/ship ❯$/);
  const { deploymentId = '' } = await client().run('deploy shop/api');
  await terminal.shows(/queued|waiting/i);
  expect((await terminal.screen()).join('\n')).toContain('shop/api');
  await client().run('cancel shop/api');
  await terminal.shows(/cancelled/i);
  terminal.type('exit\r');
  expect(await left).toBe(0);
  expect(deploymentId).toMatch(/^[0-9a-f-]{36}$/);
});

it('answers lines that are piped in, and ends with them', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const printed = text(output);
  input.end('whoami\nstatsu\n');
  expect(await talk(client(), { input, output })).toBe(0);
  output.end();
  const said = await printed;
  expect(said).toContain('❯ whoami\n');
  expect(said).toContain('Did you mean `status`?');
  expect(said).toMatch(/Shipmate keeps running\.\n$/);
});

it('says at once that nobody is there', async () => {
  const nobody = createClient({ url: 'http://127.0.0.1:1', token: undefined, account: 'ada' });
  await expect(talk(nobody, createTerminal())).rejects.toThrow('No Shipmate answers at http://127.0.0.1:1.');
});
