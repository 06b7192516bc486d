import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { ArchivedLog } from '../../../src/entities/backup-metadata.ts';
import { Backup } from '../../../src/entities/backup.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { Restore } from '../../../src/entities/restore.ts';
import type { OneShot } from '../../../src/swarm/containers/one-shot.ts';
import { archiveLog } from '../../../src/usecases/backups/archive-log.ts';
import { archiveLogs } from '../../../src/usecases/backups/archive-logs.ts';
import { archivedAges } from '../../../src/usecases/backups/archived-ages.ts';
import { runBackup } from '../../../src/usecases/backups/run-backup.ts';
import { requestDrills } from '../../../src/usecases/backups/request-drills.ts';
import { verifyBackup } from '../../../src/usecases/backups/verify-backup.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeBackupStore, fakeOneShots } from '../../support/fake-backups.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';

const { signal } = new AbortController();
const leases: Deps['leases'] = {
  tryAcquire: async () => ({ lost: signal, release: async () => undefined }),
  isHeld: async () => false,
  close: async () => undefined,
};

/** What the server would print. */
let server: { end: string; first: string; kept: string; fails?: string; fetchFails?: string; more?: object };
let whileCopied: () => Promise<void>;

function state(): string {
  const range = { first: server.first, last: server.end };
  const json = { system: '7', range, end: server.end, more: false, behind: 0, seen: server.end, tablespaces: null };
  return `${server.kept}|${new Date().toISOString()}\n${JSON.stringify({ ...json, ...server.more })}`;
}

async function* printed({ command: [program] }: OneShot): AsyncIterable<Buffer> {
  if (program === 'pg_basebackup') await whileCopied();
  else if (server.fetchFails !== undefined) throw new Error(server.fetchFails);
  yield Buffer.from(`${program} ${server.end}`);
}

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let id: string;
const { store, repositories } = fakeBackupStore();

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, {
    leases,
    backupStore: store,
    queue: fakeQueue().queue,
    oneShots: fakeOneShots({
      output: printed,
      async run() {
        if (server.fails !== undefined) throw new Error(server.fails);
        return state();
      },
    }),
  });
  crew = await makeCrew(deps, 'shop');
  await db.database.asSystem().transactional(async (em) => {
    em.create(NotificationRoute, { platform: 'slack', channel: 'C1', pattern: '*', events: ['backup-failed'] });
  });
});
afterAll(() => db.close());

beforeEach(async () => {
  await executeSql(system(), `update databases set status = 'stopped'`);
  await executeSql(system(), 'delete from notifications');
  server = { end: '0/3000100', first: '000000010000000000000003', kept: 'reserved' };
  whileCopied = async () => undefined;
  const image = { image: 'postgres:17', version: '17' };
  const { database } = await makeManagedDatabase(deps, crew.project, 'postgresql', image, undefined, { pitr: true });
  id = database.id;
});

const system = () => db.database.asSystem();
const bases = () => system().find(Backup, { database: id, type: 'base' }, { orderBy: { createdAt: 'asc' } });
const look = () => archiveLog(deps, id, signal);
const told = async () =>
  (await system().find(Notification, { event: 'backup-failed' })).map(
    ({ payload }) => (payload as { reason: string }).reason,
  );

async function withBase(): Promise<string> {
  await look();
  const [base] = await bases();
  await runBackup(deps, base?.id ?? '', signal);
  return base?.id ?? '';
}

async function logOf(base: string): Promise<ArchivedLog | undefined> {
  return (await system().findOneOrFail(Backup, base)).metadata.log;
}

async function change(base: string, log: Partial<ArchivedLog>): Promise<void> {
  const sql = `update backups set metadata = jsonb_set(metadata, '{log}', metadata -> 'log' || $2::jsonb) where id = $1`;
  await executeSql(system(), sql, [base, JSON.stringify(log)]);
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe('the log behind a base backup', () => {
  it('is archived while the base is being made, and both write what they know', async () => {
    const base = await withBaseOf(async () => {
      server.end = '0/3000900';
      expect(await look()).toBe(true);
    });
    const log = await logOf(base);
    expect(log).toMatchObject({ system: '7', archived: '0/3000900', timeline: '00000001' });
    expect(log?.since).toBeDefined();
    // What was archived meanwhile ends before the copy did.
    expect((await crew.ada.type(`db restore ${await nameOf()} --at "2030-01-01 00:00" --yes`)).text).toContain(
      'cannot be restored to a moment',
    );
    await look();
    expect((await crew.ada.type(`db restore ${await nameOf()} --at "2030-01-01 00:00" --yes`)).text).toContain(
      'What can be restored: from',
    );
  });

  async function withBaseOf(meanwhile: () => Promise<void>): Promise<string> {
    whileCopied = meanwhile;
    return withBase();
  }

  async function nameOf(): Promise<string> {
    const { name } = await system().findOneOrFail(ManagedDatabase, id);
    return `shop/${name}`;
  }

  it('is needed before a base is drilled', async () => {
    const drillable = async () => Number(/of (\d+)/.exec(await requestDrills(deps))?.[1]);
    const before = await drillable();
    const base = await withBase();
    expect(await drillable()).toBe(before);
    expect(await verifyBackup(deps, base, signal)).toEqual({
      failed: expect.stringContaining('Its log is not archived up to the end of the copy yet'),
    });
    await look();
    expect(await drillable()).toBe(before + 1);
  });

  it('keeps replaced parts until there are twenty, and as long as a restore may read them', async () => {
    const base = await withBase();
    const parts = () => [...(repositories.get(pathOf(base)) ?? [])].filter(([, { tag }]) => tag === 'log').length;
    for (let part = 0; part < 20; part += 1) {
      server.end = `0/30002${part.toString(16).padStart(2, '0').toUpperCase()}`;
      await look();
    }
    expect(parts()).toBe(20);
    const restore = await system().transactional(async (em) =>
      em.create(Restore, {
        database: em.getReference(ManagedDatabase, id),
        backup: em.getReference(Backup, base),
        status: 'running',
        metadata: {},
      }),
    );
    server.end = '0/3000300';
    await look();
    expect(parts()).toBe(21);
    await system().nativeDelete(Restore, { id: restore.id });
    server.end = '0/3000400';
    await look();
    expect(parts()).toBe(1);
    expect((await logOf(base))?.replaced).toEqual([]);
  });

  function pathOf(base: string): string {
    return [...repositories.keys()].find((location) => location.endsWith(`base-${base}`)) ?? '';
  }

  it('is told once when it is archived for five minutes too late, though nothing fails', async () => {
    const base = await withBase();
    await look();
    await change(base, { current: minutesAgo(4) });
    await look();
    expect(await told()).toEqual([]);
    const since = minutesAgo(6);
    await change(base, { current: since });
    expect((await archivedAges(deps)).map(({ seconds }) => Math.floor(seconds / 60))).toEqual([6]);
    await look();
    await look();
    expect(await told()).toEqual([
      `Its log is archived only up to ${since}: it is written faster than it is archived.`,
    ]);
    expect((await logOf(base))?.failing).toBeUndefined();
  });

  it('is told once when it cannot be archived, with the reason', async () => {
    const base = await withBase();
    server.fails = 'the server does not answer';
    expect(await look()).toBe(false);
    expect(await told()).toEqual([]);
    const since = minutesAgo(6);
    await change(base, { failing: { since, reason: '' } });
    await look();
    await look();
    expect(await told()).toEqual([`Its log cannot be archived since ${since}: the server does not answer`]);
  });

  it.each([
    ['its server was promoted', { first: '000000020000000000000003' }, 'so its log has branched off'],
    ['its server went back', { end: '0/2000000' }, 'were replaced, so its log starts over'],
    ['its server was made anew', { more: { system: '8' } }, 'were replaced, so its log starts over'],
    [
      'it has a tablespace',
      { more: { tablespaces: 'fast' } },
      'It has tablespaces (fast), whose files no other server has a place for',
    ],
    ['its server has dropped it', { kept: 'lost' }, 'has removed log that was not archived yet'],
    [
      'a piece is gone',
      { end: '0/9000000', fetchFails: 'requested WAL segment 000000010000000000000003 has already been removed' },
      'has removed log that was not archived yet',
    ],
  ])('ends when %s, and another base begins', async (_, change, reason) => {
    const base = await withBase();
    await look();
    server = { ...server, ...change };
    await look();
    expect((await logOf(base))?.closed).toContain(reason);
    expect(await told()).toEqual([expect.stringContaining(`${reason}. A new base backup begins.`)]);
    await look();
    expect((await bases()).map(({ status }) => status)).toEqual(['success', 'pending']);
  });

  it('begins no base right after one that failed', async () => {
    whileCopied = async () => Promise.reject(new Error('no space'));
    const base = await withBase();
    await look();
    expect((await bases()).map(({ status }) => status)).toEqual(['failed']);
    await executeSql(system(), `update backups set completed_at = now() - interval '11 minutes' where id = $1`, [base]);
    await look();
    expect((await bases()).map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  it('of one database whose server does not answer holds up no other', async () => {
    const left = await withBase();
    await executeSql(system(), `update databases set config = config - 'pitr' where id = $1`, [id]);
    const stop = new AbortController();
    const seen = new Set<string>();
    const oneShots = fakeOneShots({
      async run({ labels }) {
        seen.add(labels['shipmate.backup'] ?? '');
        if (seen.size === 2) stop.abort(new Error('both were looked at'));
        if (labels['shipmate.backup'] === left) throw new Error('the server does not answer');
        return state();
      },
      output: printed,
    });
    const image = { image: 'postgres:17', version: '17' };
    const { database } = await makeManagedDatabase(deps, crew.project, 'postgresql', image, undefined, { pitr: true });
    id = database.id;
    const other = await withBase();
    await expect(archiveLogs({ ...deps, oneShots }, stop.signal)).rejects.toThrow('aborted');
    expect(seen).toEqual(new Set([left, other]));
  });
});
