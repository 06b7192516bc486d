import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connectDatabase } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { ensureRoles } from '../../src/database/owner-connection.ts';
import { User } from '../../src/entities/user.ts';
import { UserError } from '../../src/errors.ts';
import { migrationNames } from '../../src/migrations/names.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import { createEmptyDatabase, type EmptyDatabase, onDatabase, onServer } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';

let account: string;
let empty: EmptyDatabase;
let name: string;
let url: string;

beforeEach(async () => {
  account = `shipmate_test_right_${randomUUID().slice(0, 8)}`;
  empty = await createEmptyDatabase();
  name = new URL(empty.url).pathname.slice(1);
  const own = new URL(empty.url);
  own.username = account;
  own.password = 'plain';
  url = own.href;
  await onServer(async (server) => {
    await ensureRoles(server);
    await server.query(`create role ${account} login password 'plain'`);
  });
});
afterEach(async () => {
  await empty.close();
  await onServer((server) => server.query(`drop role if exists ${account}, ${account}_other`));
});

const asSuperuser = (sql: string) => onDatabase(empty.url, (client) => client.query(sql));
const refusal = () =>
  migrate(url).then(
    () => undefined,
    (error: unknown) => error,
  );

/** Everything that a start makes. */
async function starts(): Promise<void> {
  await migrate(url);
  const database = await connectDatabase(url);
  const queue = pgBossQueue({ databaseUrl: url, database, logger: pino({ level: 'silent' }), jobTimeoutSeconds: 60 });
  try {
    await queue.start();
    const user = await makeUser(database);
    expect(await database.asUser(user.id).count(User, {})).toBe(1);
  } finally {
    await queue.stop(0);
    await database.close();
  }
}

const made = async () =>
  (await asSuperuser(`select relname from pg_class where relnamespace = 'public'::regnamespace`)).rows;

describe('an account without rights', () => {
  it('is told all of them at once before anything is made, and starts once they are given', async () => {
    const error = await refusal();
    expect(error).toBeInstanceOf(UserError);
    const sql =
      `grant shipmate_app, shipmate_system to ${account}; grant create, usage on schema public to ${account}; ` +
      `grant create on database ${name} to ${account};`;
    expect((error as Error).message).toBe(
      `The database account ${account} may not do everything that Shipmate needs. Run this as a superuser in the ` +
        `database ${name}, then start again: ${sql}`,
    );
    expect(await made()).toEqual([]);
    await asSuperuser(sql);
    await starts();
  });

  it('is told so where everybody was locked out of the schema, and where there is none', async () => {
    await asSuperuser(`
      grant shipmate_app, shipmate_system to ${account};
      grant create on database ${name} to ${account};
      revoke all on schema public from public`);
    const locked = String(await refusal()).split('start again: ')[1];
    expect(locked).toBe(
      `grant create, usage on schema public to ${account}; grant usage on schema public to shipmate_app, shipmate_system;`,
    );
    await asSuperuser('drop schema public');
    const gone = String(await refusal()).split('start again: ')[1];
    expect(gone).toBe(`create schema public authorization ${account};`);
    await asSuperuser(gone ?? '');
    await starts();
  });

  it('is told whose tables and queue it needs', async () => {
    await asSuperuser(`
      create role ${account}_other nologin;
      alter database ${name} owner to ${account};
      grant shipmate_app, shipmate_system to ${account}`);
    await starts();
    await asSuperuser(`
      alter table shipmate_migrations owner to ${account}_other;
      alter schema pgboss owner to ${account}_other`);
    const error = await refusal();
    expect(String(error).split('start again: ')[1]).toBe(`grant ${account}_other to ${account};`);
    await asSuperuser(`grant ${account}_other to ${account}`);
    expect(await migrate(url)).toEqual([]);
  });
});

describe('a database that another application uses', () => {
  it('is refused with the names that both need, and nothing is made', async () => {
    await asSuperuser('create table users (id int); create view projects as select 1; create table theirs (id int)');
    const error = await migrate(empty.url).catch((refused: unknown) => refused);
    expect(error).toEqual(
      new UserError(
        `The database ${name} holds tables of another application, whose names Shipmate needs: projects, users. ` +
          'Make a database for Shipmate alone (create database shipmate;) and name it in DATABASE_URL.',
      ),
    );
    expect((await made()).map(({ relname }) => String(relname)).sort()).toEqual(['projects', 'theirs', 'users']);
  });

  it('is shared where the names are others', async () => {
    await asSuperuser('create table theirs (id int)');
    expect(await migrate(empty.url)).toEqual(migrationNames);
  });
});
