import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../src/database/connect.ts';
import { executeSql, UniqueConstraintViolationException } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { User } from '../../src/entities/user.ts';
import { UnavailableError, UserError } from '../../src/errors.ts';
import { createEmptyDatabase, createTestDatabase, onServer, type TestDatabase } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('connect', () => {
  it('runs every transaction as a role that owns nothing, and says who asks', async () => {
    const user = await makeUser(db.database);
    const who = `select current_user as role, current_setting('app.user_id', true) as person`;
    const asUser = await executeSql(db.database.asUser(user.id), who);
    const asSystem = await executeSql(db.database.asSystem(), who);
    expect(asUser.rows).toEqual([{ role: 'shipmate_app', person: user.id }]);
    // On a connection that carried a person before: nothing of them is left.
    expect(asSystem.rows[0]).toMatchObject({ role: 'shipmate_system' });
    expect(asSystem.rows[0]?.['person'] || null).toBeNull();
  });

  it('does not read the hash of a password for a person', async () => {
    const user = await makeUser(db.database, { passwordHash: '$2b$12$abc' });
    const seen = await db.database.asUser(user.id).findOneOrFail(User, user.id);
    expect(seen.username).toBe(user.username);
    expect(JSON.stringify(seen)).not.toContain('$2b$12$abc');
    const read = executeSql(db.database.asUser(user.id), 'select password_hash from users');
    await expect(read).rejects.toThrow('permission denied');
  });

  it('answers a ping, and throws when the server is gone', async () => {
    await expect(db.database.ping()).resolves.toBeUndefined();
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    const address = socket.address();
    socket.close();
    const port = typeof address === 'object' ? address?.port : undefined;
    const refused = connectDatabase(`postgres://nobody:hidden-word@127.0.0.1:${port}/none`);
    await expect(refused).rejects.toBeInstanceOf(UnavailableError);
    await expect(refused).rejects.toThrow(`127.0.0.1:${port}`);
    await expect(refused).rejects.not.toThrow('hidden-word');
  });

  it('refuses a server elsewhere without TLS', async () => {
    await expect(connectDatabase('postgres://u@db.example.test/x')).rejects.toThrow('Add `?sslmode=require`');
    await expect(connectDatabase('postgres://u@db.example.test/x?sslmode=prefer')).rejects.toBeInstanceOf(UserError);
  });
});

describe('an account that may not create roles', () => {
  const account = 'shipmate_test_plain';

  afterEach(async () => {
    await onServer((server) => server.query(`drop role if exists ${account}`));
  });

  it('is told what a superuser has to run, and works once that is done', async () => {
    await using empty = await createEmptyDatabase();
    const name = new URL(empty.url).pathname.slice(1);
    await onServer(async (server) => {
      await server.query(`create role ${account} login password 'plain'`);
      await server.query(`alter database ${name} owner to ${account}`);
    });
    const url = new URL(empty.url);
    url.username = account;
    url.password = 'plain';
    const refusal = await migrate(url.href).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    const sql = (refusal as Error).message.split('start again: ')[1] ?? '';
    expect(sql).toContain(`grant shipmate_app, shipmate_system to ${account};`);

    await onServer((server) => server.query(sql));
    await migrate(url.href);
    const database = await connectDatabase(url.href);
    const user = await makeUser(database);
    expect(await database.asUser(user.id).count(User, {})).toBe(1);
    await database.close();
    await empty.close();
  });
});

describe('executeSql', () => {
  it('joins the open transaction', async () => {
    const failing = db.database.asSystem().transactional(async (em) => {
      await executeSql(em, `insert into teams (id, name) values (gen_random_uuid(), 'in vain')`);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    const { rows } = await executeSql(db.database.asSystem(), `select from teams where name = 'in vain'`);
    expect(rows).toEqual([]);
  });

  it('passes values as values, whatever they hold', async () => {
    const values = ["it's; drop table users --", { question: 'why?' }, ['a', 'b"c', '$1']];
    const { rows } = await executeSql(db.database.asSystem(), 'select $1::text a, $2::jsonb b, $3::text[] c', values);
    expect(rows).toEqual([{ a: values[0], b: values[1], c: values[2] }]);
  });

  it('throws what the ORM throws for a row that is there already', async () => {
    const user = await makeUser(db.database);
    const insert = executeSql(
      db.database.asSystem(),
      `insert into users (id, username, email, preferences) values (gen_random_uuid(), $1, 'x@example.test', '{"sso":"test"}')`,
      [user.username],
    );
    await expect(insert).rejects.toBeInstanceOf(UniqueConstraintViolationException);
  });
});
