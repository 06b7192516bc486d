import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connectDatabase } from '../../src/database/connect.ts';
import { type Database, executeSql } from '../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import { migrate } from '../../src/database/migrate.ts';
import { ensureRoles, withOwner } from '../../src/database/owner-connection.ts';
import { schemaDrift } from '../../src/database/schema-drift.ts';
import { User } from '../../src/entities/user.ts';
import { migrationNames } from '../../src/migrations/names.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { createEmptyDatabase, type EmptyDatabase, onServer } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';
import { until } from '../support/until.ts';

const account = `shipmate_test_set_${randomUUID().slice(0, 8)}`;
/** Long enough to begin a session on a busy machine; what holds on to something holds it for longer. */
const brief = '3s';
const longerThanBrief = 4;

const badly: Record<string, string> = {
  idle_session_timeout: brief,
  idle_in_transaction_session_timeout: brief,
  statement_timeout: brief,
  lock_timeout: '1ms',
  transaction_timeout: brief,
  search_path: 'elsewhere',
  datestyle: 'German',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  row_security: 'off',
  default_transaction_read_only: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
};
const good = {
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  search_path: 'public',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  row_security: 'on',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
};
const ask = `select name, setting from pg_settings where lower(name) = any (string_to_array('${Object.keys(badly).join(' ')}', ' '))`;

let empty: EmptyDatabase;
let url: string;
let database: Database;
let leases: Leases;
let queue: Queue;
/** Those that the server knows. */
let known: string[];

beforeAll(async () => {
  empty = await createEmptyDatabase();
  const name = new URL(empty.url).pathname.slice(1);
  await onServer(async (server) => {
    const { rows } = await server.query<{ name: string }>(ask);
    known = rows.map((row) => row.name);
    await server.query(`create role ${account} login createrole password 'plain'`);
    await server.query(`alter database ${name} owner to ${account}`);
    for (const set of known) await server.query(`alter role ${account} set ${set} = '${badly[set.toLowerCase()]}'`);
    await ensureRoles(server);
    await server.query(`grant shipmate_app, shipmate_system to ${account}`);
  });
  const own = new URL(empty.url);
  own.username = account;
  own.password = 'plain';
  url = own.href;
});
afterAll(async () => {
  await queue.stop(0);
  await leases.close();
  await database.close();
  await empty.close();
  await onServer((server) => server.query(`drop role ${account}`));
});

function settingsOf(rows: { name: string; setting: string }[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

const expected = () => Object.fromEntries(Object.entries(good).filter(([name]) => known.includes(name)));

describe('an account for which everything is set otherwise', () => {
  it('migrates to the schema of the entities', async () => {
    expect(await migrate(url)).toEqual(migrationNames);
    expect(await schemaDrift(url)).toBe('');
  });

  it('has the settings of Shipmate on every kind of connection', async () => {
    database = await connectDatabase(url);
    expect(settingsOf((await executeSql<{ name: string; setting: string }>(database.asSystem(), ask)).rows)).toEqual(
      expected(),
    );
    expect(settingsOf(await database.querySystem(ask, []))).toEqual(expected());
    const owner = await withOwner(url, async (client) => (await client.query(ask)).rows);
    expect(settingsOf(owner)).toEqual(expected());
    const user = await makeUser(database);
    expect(await database.asUser(user.id).count(User, {})).toBe(1);
  });

  it('keeps a lease, hears notifications and works off the queue when all were idle for longer', async () => {
    leases = advisoryLeases(url);
    queue = pgBossQueue({ databaseUrl: url, database, logger: pino({ level: 'silent' }), jobTimeoutSeconds: 60 });
    await queue.start();
    const lease = await leases.tryAcquire('long');
    const heard: string[] = [];
    await database.listen(
      'news',
      (payload) => heard.push(payload),
      (connected) => heard.push(`connected ${connected}`),
    );

    await onServer((server) => server.query('select pg_sleep($1)', [longerThanBrief]));

    expect(lease?.lost.aborted).toBe(false);
    expect(await leases.isHeld('long')).toBe(true);
    await database.asSystem().transactional(async (em) => database.notify(em, 'news', 'arrived'));
    await until('the notification', () => heard.length > 0);
    expect(heard).toEqual(['arrived']);

    const ran: string[] = [];
    await queue.work({ run: async (application) => void ran.push(application) }, 1);
    const application = randomUUID();
    await database.asSystem().transactional((em) => queue.enqueueDeployment(em, application));
    await until('the job', () => ran.length === 1);
    expect(ran).toEqual([application]);
  });
});
