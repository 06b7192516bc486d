import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { ensureAuditPartitions } from '../../src/database/audit-partitions.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';
import { makeDeployment, makeUser } from '../support/factories.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return onDatabase(db.url, async (owner) => (await owner.query<Record<string, unknown>>(sql, values)).rows);
}

/** `audit_logs_YYYY_MM`, `ahead` months from now. */
function partition(ahead: number): string {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
  return `audit_logs_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

async function partitions(): Promise<unknown[]> {
  const found = await rows(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
  );
  return found.map(({ name }) => name);
}

const insertAudit = `insert into audit_logs (action, resource_type, created_at) values ($1, 'user', $2)`;

describe('ensureAuditPartitions', () => {
  it('makes this month and those ahead, once, also when two Shipmates do it at once', async () => {
    await executeSql(db.database.asSystem(), insertAudit, ['before there was a partition', new Date().toISOString()]);
    await Promise.all([ensureAuditPartitions(db.database), ensureAuditPartitions(db.database)]);
    expect(await partitions()).toEqual([...[0, 1, 2, 3].map(partition), 'audit_logs_default']);
    await ensureAuditPartitions(db.database, 4);
    expect(await partitions()).toContain(partition(4));
  });

  it('records what it made', async () => {
    const found = await rows(`select details from audit_logs where action = 'audit.partitions' order by id`);
    expect(found).toEqual([
      { details: { kind: 'audit_partition', after: { partitions: [0, 1, 2, 3].map(partition) } } },
      { details: { kind: 'audit_partition', after: { partitions: [partition(4)] } } },
    ]);
  });

  it('moves rows that the default partition had taken in', async () => {
    const found = await rows(
      `select tableoid::regclass::text as at from audit_logs where action = 'before there was a partition'`,
    );
    expect(found).toEqual([{ at: partition(0) }]);
  });

  it('refuses no row, however old', async () => {
    await executeSql(db.database.asSystem(), insertAudit, ['long ago', '1999-12-31T23:59:59Z']);
    const found = await rows(`select tableoid::regclass::text as at from audit_logs where action = 'long ago'`);
    expect(found).toEqual([{ at: 'audit_logs_default' }]);
  });

  it('is not for persons to call', async () => {
    const { id } = await makeUser(db.database);
    const call = executeSql(db.database.asUser(id), 'select ensure_audit_partitions(1)');
    await expect(call).rejects.toThrow('permission denied');
  });
});

describe('the audit log', () => {
  it.each(['asSystem', 'asUser'] as const)('cannot be changed or emptied %s', async (as) => {
    const { id } = await makeUser(db.database, { role: 'super_admin' });
    const em = as === 'asUser' ? db.database.asUser(id) : db.database.asSystem();
    for (const sql of [`update audit_logs set action = 'x'`, 'delete from audit_logs', 'truncate audit_logs']) {
      await expect(executeSql(em, sql)).rejects.toThrow('permission denied');
    }
  });

  it('lose a month at once when its partition is detached', async () => {
    await ensureAuditPartitions(db.database, 6);
    const at = `${partition(6).slice(-7).replace('_', '-')}-15T00:00:00Z`;
    await executeSql(db.database.asSystem(), insertAudit, ['a month from now on', at]);
    const count = `select count(*)::int as rows from audit_logs where action = 'a month from now on'`;
    expect(await rows(count)).toEqual([{ rows: 1 }]);
    await onDatabase(db.url, (client) => client.query(`alter table audit_logs detach partition ${partition(6)}`));
    expect(await rows(count)).toEqual([{ rows: 0 }]);
    // What was detached can be archived, then dropped; persons never reach it.
    expect(await rows(`select action from ${partition(6)}`)).toEqual([{ action: 'a month from now on' }]);
    const { id } = await makeUser(db.database);
    await expect(executeSql(db.database.asUser(id), `select from ${partition(6)}`)).rejects.toThrow('denied');
  });

  it('cannot be changed by the owner of the tables either', async () => {
    for (const sql of [
      `update audit_logs set action = 'x'`,
      `update audit_logs set user_id = null`,
      'delete from audit_logs',
      'truncate audit_logs',
    ]) {
      await expect(rows(sql)).rejects.toThrow('append-only');
    }
  });

  it('keeps the rows of a user who is deleted', async () => {
    const { id } = await makeUser(db.database);
    await executeSql(
      db.database.asUser(id),
      `insert into audit_logs (user_id, action, resource_type, resource_id) values ($1, 'user.leave', 'user', $1)`,
      [id],
    );
    await executeSql(db.database.asSystem(), 'delete from users where id = $1', [id]);
    const kept = await rows('select user_id, action from audit_logs where resource_id = $1', [id]);
    expect(kept).toEqual([{ user_id: null, action: 'user.leave' }]);
  });
});

describe('deployment logs', () => {
  it('lie in four partitions and go with their deployment', async () => {
    const { application } = await makeDeployment(db.database);
    // Hashes of random ids: that 100 of them miss one of four partitions happens once in 10^12 runs.
    await rows(
      'insert into deployments (id, application_id) select gen_random_uuid(), $1 from generate_series(1, 100)',
      [application.id],
    );
    await rows(
      `insert into deployment_logs (deployment_id, level, message) select id, 'info', 'hello' from deployments`,
    );
    const used = await rows('select distinct tableoid from deployment_logs');
    expect(used.length).toBe(4);
    await executeSql(db.database.asSystem(), 'delete from deployments');
    expect(await rows('select from deployment_logs')).toEqual([]);
  });
});
