import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { consoleOrigin, fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { listen } from './server.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let root: Person;
let app: string;

beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  ada = await makePerson(deps, 'developer');
  root = await makePerson(deps, 'super_admin');
  const project = await makeProject(test.database, { owner: ada.user });
  app = (await makeApplication(test.database, { project })).name;
});
afterAll(() => test.close());

let tokens = 0;

async function ask(path: string, over: Partial<Deps>, person = ada, body?: object): Promise<[number, string]> {
  const token = await createToken(deps, { user: person.user, name: `t${(tokens += 1)}`, origin: consoleOrigin() });
  const server = await listen({ ...deps, ...over });
  try {
    const answer = await fetch(server.url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        accept: body ? '*/*' : 'text/html',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return [answer.status, await answer.text()];
  } finally {
    await server.close();
  }
}

const outages: [what: string, error: Error, sentence: string][] = [
  [
    'a full disk of PostgreSQL',
    Object.assign(new Error('could not extend file'), { code: '53100' }),
    'The disk of PostgreSQL is full. Free space there, then try again.',
  ],
  [
    'a full disk of this machine',
    new Error('not written', {
      cause: Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/data/checkouts/1' }),
    }),
    'The disk of `/data/checkouts/1` is full. Free space there, then try again.',
  ],
  [
    'one that is full under a file that is open',
    Object.assign(new Error('EDQUOT: quota exceeded'), { code: 'EDQUOT' }),
    'A disk of the machine that Shipmate runs on is full. Free space there, then try again.',
  ],
  [
    'a PostgreSQL that was away and is back',
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
    'The database does not answer. Try again soon.',
  ],
];

describe.each(outages)('%s', (_what, error, sentence) => {
  it('is a 503 with what to do for programs', async () => {
    const swarm = { ...fakeSwarm().swarm, inspect: () => Promise.reject(error) };
    const [status, text] = await ask('/api/commands/status', { swarm }, ada, { app });
    expect([status, (JSON.parse(text) as { detail: string }).detail]).toEqual([503, sentence]);
  });

  it('is a 503 with what to do for browsers', async () => {
    const database = {
      ...test.database,
      asUser: () => {
        throw error;
      },
    };
    const [status, html] = await ask('/', { database });
    expect(status).toBe(503);
    const shown = html.replaceAll(/<\/?code>/g, '`');
    expect(shown).toContain(sentence);
  });

  it('is told in chat', async () => {
    const swarm = { ...fakeSwarm().swarm, inspect: () => Promise.reject(error) };
    const someone = await makePerson({ ...deps, swarm }, 'super_admin');
    expect((await someone.type(`status ${app}`)).text).toBe(sentence);
  });
});

it('a disk that is nearly full is on the overview of platform admins and of nobody else, before anything fails', async () => {
  await test.database.querySystem(
    `insert into disks (id, host, name, path, size_bytes, free_bytes, used_percent)
     values (gen_random_uuid(), 'host-b', 'data', '/srv/data', 100000000000, 200000000, 99)`,
    [],
  );
  const words = 'The disk of <code>/srv/data</code> on host-b is 99 % full: 191 MiB left.';
  const [status, html] = await ask('/', {}, root);
  expect(status).toBe(200);
  expect(html).toContain(words);
  expect((await ask('/', {}))[1]).not.toContain('/srv/data');
  const [ready, checks] = await ask('/readyz', {});
  expect(ready).toBe(200);
  expect(JSON.parse(checks)).toEqual({
    status: 'degraded',
    checks: {
      database: 'ok',
      queue: 'ok',
      docker: 'ok',
      disk: expect.stringMatching(/^The disk of `\/srv\/data` on host-b is 99 % full: 191 MiB left\. /),
    },
  });
});
