import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AttemptCount } from '../../../src/entities/attempt-count.ts';
import { User } from '../../../src/entities/user.ts';
import { hashPassword } from '../../../src/secrets/password.ts';
import { createLinkCode } from '../../../src/usecases/people/link-codes.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { consoleOrigin, fakeDeps, testConfig } from '../../support/fakes.ts';
import { makeUser } from '../../support/factories.ts';
import { listen, type TestServer } from './server.ts';

const password = 'correct horse battery';
let db: TestDatabase;
let deps: Deps;
/** Behind a proxy on this machine. */
let proxied: TestServer;
/** Reached by people themselves. */
let direct: TestServer;
let ada: User;
let grace: User;
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { config: { ...testConfig, trustedProxies: ['127.0.0.1'] } });
  proxied = await listen(deps);
  direct = await listen(fakeDeps(db.database));
  ada = await makeUser(db.database, { role: 'admin' });
  grace = await makeUser(db.database);
  const passwordHash = await hashPassword(password);
  await db.database.asSystem().nativeUpdate(User, { id: [ada.id, grace.id] }, { passwordHash });
});
beforeEach(async () => {
  await db.database.asSystem().nativeDelete(AttemptCount, {});
});
afterAll(async () => {
  await direct.close();
  await proxied.close();
  await db.close();
});

interface Attempt {
  line: string;
  secret?: string;
  from?: string;
  at?: TestServer;
}

async function attempt({ line, secret, from, at = proxied }: Attempt): Promise<Response> {
  return fetch(`${at.url}/api/commands`, {
    method: 'POST',
    body: JSON.stringify({ line, ...(secret !== undefined && { secrets: { password: secret } }) }),
    headers: { 'content-type': 'application/json', ...(from !== undefined && { 'x-forwarded-for': from }) },
  });
}

function logIn(user: User, secret: string, from?: string, at?: TestServer): Promise<Response> {
  return attempt({
    line: `login ${user.username} --password`,
    secret,
    ...(from !== undefined && { from }),
    ...(at && { at }),
  });
}

async function statuses(answers: Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(answers)).map(({ status }) => status);
}

describe('wrong passwords', () => {
  it('are tried five times of sixty at once, and keep nobody else out', async () => {
    const many = Array.from({ length: 60 }, (_, at) => logIn(ada, `wrong password ${at}`, '198.51.100.7'));
    const answers = await Promise.all(many);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(55);
    for (const { headers } of refused) {
      const seconds = Number(headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(600);
    }
    expect((await logIn(ada, password, '198.51.100.7')).status).toBe(429);
    expect((await logIn(ada, password, '198.51.100.8')).status).toBe(200);
    expect((await logIn(grace, password, '198.51.100.7')).status).toBe(200);
    const code = await createLinkCode(deps, { user: ada, origin: consoleOrigin() });
    expect((await attempt({ line: `link ${code}`, from: '198.51.100.7' })).status).toBe(200);
  });

  it('are forgotten after the right one', async () => {
    for (const _round of [1, 2]) {
      const wrong = Array.from({ length: 4 }, () => logIn(ada, 'wrong password', '198.51.100.7'));
      expect(await statuses(wrong)).toEqual([422, 422, 422, 422]);
      expect((await logIn(ada, password, '198.51.100.7')).status).toBe(200);
    }
  });

  it('may hold what PostgreSQL does not store, as may the name', async () => {
    expect((await attempt({ line: 'login ada\u0000 --password', secret: 'x' })).status).toBe(422);
    expect((await attempt({ line: `login ${'a'.repeat(2_000)} --password`, secret: 'wrong\u0000' })).status).toBe(422);
  });
});

describe('X-Forwarded-For', () => {
  it('counts when a trusted proxy wrote it, by the last address that is no proxy', async () => {
    const forged = Array.from({ length: 6 }, (_, at) => logIn(ada, 'wrong password', `203.0.113.${at}, 198.51.100.7`));
    expect((await statuses(forged)).toSorted()).toEqual([422, 422, 422, 422, 422, 429]);
  });

  it('does not count from anybody else', async () => {
    const forged = Array.from({ length: 6 }, (_, at) => logIn(ada, 'wrong password', `203.0.113.${at}`, direct));
    expect((await statuses(forged)).toSorted()).toEqual([422, 422, 422, 422, 422, 429]);
  });

  it.each([
    ['unknown', '127.0.0.1'],
    ['198.51.100.9:4711', '198.51.100.9'],
    ['2001:db8::1', '2001:db8::1'],
  ])('%s is recorded as %s', async (from, address) => {
    expect((await logIn(ada, 'wrong password', from)).status).toBe(422);
    const [row] = await db.database.querySystem<{ address: string }>(
      'select host(ip_address) as address from audit_logs order by id desc limit 1',
      [],
    );
    expect(row?.address).toBe(address);
  });
});
