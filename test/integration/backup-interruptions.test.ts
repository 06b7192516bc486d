import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import type { BackupMetadata } from '../../src/entities/backup-metadata.ts';
import type { RestoreMetadata } from '../../src/entities/restore.ts';
import { createCutProxy, type CutProxy } from '../support/cut-proxy.ts';
import { ensureDatabaseImage } from '../support/database-images.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { createHeldProgram, type HeldProgram } from '../support/held-program.ts';
import { allProcesses, whoShows } from '../support/running-processes.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createServedDatabase, type ServedDatabase } from '../support/served-database.ts';
import { docker, runningContainers } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

let postgres: CutProxy;
let restic: HeldProgram;
let shipmate: RunningShipmate;
/** Restored as a whole, in one moment. */
let orders: ServedDatabase;
/** Restored by replacing the files of its stopped server. */
let cache: ServedDatabase;

beforeAll(async () => {
  const server = new URL(process.env['SHIPMATE_TEST_POSTGRES'] ?? '');
  [postgres, restic] = await Promise.all([
    createCutProxy({ host: server.hostname, port: Number(server.port) }),
    createHeldProgram('restic', programsFolder),
  ]);
  const env = { PATH: restic.path, SHIPMATE_STOP_GRACE: '1s' };
  shipmate = await openShipmate({ env, postgresPort: postgres.port });
  [orders, cache] = await Promise.all([
    createServedDatabase(shipmate, 'postgresql', await ensureDatabaseImage('postgresql')),
    createServedDatabase(shipmate, 'redis', await ensureDatabaseImage('redis')),
  ]);
  // More than pipes hold: its dump is under way until it is stored.
  await sql(`create table orders as select n, (select string_agg(md5(n || ' ' || k), '') from generate_series(1, 100) k)
    from generate_series(1, 10000) n`);
  await redis('set', 'key', 'before');
});

afterEach(async () => {
  await Promise.all([restic.release(), postgres.restore()]);
});

afterAll(async () => {
  await Promise.all([orders, cache].map((each) => each[Symbol.asyncDispose]()));
  await shipmate.close();
  await Promise.all([postgres, restic].map((each) => each[Symbol.asyncDispose]()));
});

const sql = (text: string) =>
  orders.client(['psql', '--host=127.0.0.1', `--username=${orders.user}`, '--dbname=app', '-tAqc', text], {
    PGPASSWORD: orders.password,
  });

const redis = (...command: string[]) =>
  cache.client(['redis-cli', '-e', '--no-auth-warning', ...command], { REDISCLI_AUTH: cache.password });

interface Row<Metadata> {
  id: string;
  status: string;
  metadata: Metadata;
}

async function found<Metadata>(table: 'backups' | 'restores', id: string): Promise<Row<Metadata>> {
  const [row] = await shipmate.rows<Row<Metadata>>(`select id, status, metadata from ${table} where id = $1`, [id]);
  if (!row) throw new Error(`there is no row ${id} in ${table}`);
  return row;
}

async function ended<Metadata>(table: 'backups' | 'restores', id: string): Promise<Row<Metadata>> {
  return until(`the end of ${id}`, async () => {
    const row = await found<Metadata>(table, id);
    return row.status !== 'pending' && row.status !== 'running' && row;
  });
}

async function requestBackup({ name }: ServedDatabase): Promise<string> {
  const { data } = await shipmate.command(`db backup ${name} --type full`);
  return (data as { id: string }).id;
}

/** A whole backup that counts as verified: the hourly drill of a new one would take a place among the long jobs. */
async function drilledBackup(database: ServedDatabase): Promise<string> {
  const id = await requestBackup(database);
  expectSuccess(await ended<BackupMetadata>('backups', id));
  await shipmate.rows(
    `update backups set metadata = metadata || jsonb_build_object('drill', jsonb_build_object('at', now())) where id = $1`,
    [id],
  );
  return id;
}

async function requestRestore({ name }: ServedDatabase, backup: string): Promise<string> {
  const { data } = await shipmate.command(`db restore ${name} ${backup.slice(0, 8)} --yes`);
  return (data as { restore: string }).restore;
}

/** Containers of a backup or a restore, and programs of its store. */
async function leftOf(id: string): Promise<number> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`shipmate.backup=${id}`] } });
  const programs = (await allProcesses()).filter(({ cmdline }) => cmdline.includes(`full-${id}`));
  return containers.length + programs.length;
}

/** It is whole, counted once, and nothing is left of the attempt that was interrupted. */
async function expectBackedUp(id: string, contents: Record<string, number>): Promise<void> {
  const { metadata } = expectSuccess(await ended<BackupMetadata>('backups', id));
  expect(metadata.attempts).toBe(2);
  const counted = Object.entries(metadata.manifest ?? {}).map(([name, { rows }]) => [name, rows]);
  expect(Object.fromEntries(counted)).toEqual(contents);
  const made = `select from audit_logs where action = 'database.backup_made' and details ->> 'backup' = $1`;
  expect(await shipmate.rows(made, [id])).toHaveLength(1);
  expect(await leftOf(id)).toBe(0);
}

async function expectRestored(id: string): Promise<void> {
  const { metadata } = expectSuccess(await ended<RestoreMetadata>('restores', id));
  expect(metadata.attempts).toBe(2);
  expect([metadata.incomplete, metadata.interrupted, metadata.stopped_replicas ?? null]).toEqual([
    undefined,
    undefined,
    null,
  ]);
  const made = `select from audit_logs where action = 'database.restored' and details ->> 'restore' = $1`;
  expect(await shipmate.rows(made, [id])).toHaveLength(1);
  // The database that was replaced is dropped once the restore has been told.
  await until('nothing of it runs', async () => (await leftOf(id)) === 0);
}

/**
 * Of Shipmate's own programs none shows the administrator's password, which the tools sign in with; in the container it
 * is a variable of the tool and its shell.
 */
async function expectShownOnlyBy(tool: string): Promise<void> {
  const password = await orders.client(['cat', '/run/secrets/password']);
  const shown = await until(`${tool} runs`, async () => {
    const found = await whoShows(password);
    return found.variables.includes(tool) && found;
  });
  expect(shown).toEqual({ arguments: [], variables: [tool, 'sh'] });
}

describe('a stop of Shipmate', () => {
  it('hands back a backup and a restore in the middle, and the next start ends both well', async () => {
    const before = await drilledBackup(cache);
    await redis('set', 'key', 'after');
    await restic.hold('backup', 1);
    // The first reads the backup only to see that it is whole.
    await restic.hold('dump', 1);
    const restore = await requestRestore(cache, before);
    await until('the restore replaces the files', () => restic.isWaiting('dump'));
    const backup = await requestBackup(orders);
    await until('the backup stores the dump', () => restic.isWaiting('backup'));
    await expectShownOnlyBy('pg_dump');

    // One that takes longer than it may is cut short, and ends with 1.
    expect(await shipmate.process().stop()).toBe(0);
    expect((await found('backups', backup)).status).toBe('running');
    expect(await found('restores', restore)).toMatchObject({
      status: 'running',
      metadata: { incomplete: true, interrupted: 'shutting down', stopped_replicas: 1 },
    });
    expect(await leftOf(backup)).toBe(0);
    expect(await leftOf(restore)).toBe(0);
    // A server would take the files that are there for an empty database, and applications would write to it.
    expect(await runningContainers(cache.host)).toEqual([]);

    await restic.release();
    await shipmate.restart();
    await Promise.all([expectBackedUp(backup, { 'public.orders': 10_000 }), expectRestored(restore)]);
    expect(await until('the server answers', () => redis('get', 'key').catch(() => undefined))).toBe('before');
  });
});

describe('a PostgreSQL that goes away', () => {
  it('interrupts a backup and a restore, which are made again once it is back', async () => {
    const before = await drilledBackup(orders);
    await sql('delete from orders where n > 5');
    await restic.hold('dump');
    const restore = await requestRestore(orders, before);
    await until('the restore reads the backup', () => restic.isWaiting('dump'));
    await restic.hold('backup');
    const backup = await requestBackup(cache);
    await until('the backup stores the dump', () => restic.isWaiting('backup'));
    await expectShownOnlyBy('psql');

    await postgres.refuse();
    await until('nothing of them runs', async () => (await leftOf(backup)) + (await leftOf(restore)) === 0);
    expect((await fetch(`${shipmate.url}/healthz`)).status).toBe(200);
    expect(await sql('select count(*) from orders')).toBe('5');

    await postgres.restore();
    await restic.release();
    await Promise.all([expectBackedUp(backup, { db0: 1 }), expectRestored(restore)]);
    expect(await sql('select count(*) from orders')).toBe('10000');
  });
});
