import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Backup } from '../../../src/entities/backup.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { Project } from '../../../src/entities/project.ts';
import { Restore } from '../../../src/entities/restore.ts';
import type { OneShot } from '../../../src/swarm/containers/one-shot.ts';
import { expireRestores } from '../../../src/usecases/backups/decide-restore.ts';
import { rotateBackupsJob } from '../../../src/jobs/backup-jobs.ts';
import { rotateBackups } from '../../../src/usecases/backups/rotate-backups.ts';
import { runBackup } from '../../../src/usecases/backups/run-backup.ts';
import { runRestore } from '../../../src/usecases/backups/run-restore.ts';
import { scheduleBackups } from '../../../src/usecases/backups/schedule-backups.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeBackupStore, fakeOneShots } from '../../support/fake-backups.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';
import { makePerson } from '../../support/person.ts';

const { signal } = new AbortController();
const dump = 'COPY public.orders (id) FROM stdin;\n1\n2\n\\.\n';
const leases: Deps['leases'] = {
  tryAcquire: async () => ({ lost: signal, release: async () => undefined }),
  isHeld: async () => false,
  close: async () => undefined,
};

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let name: string;
let databaseId: string;
let printed: () => AsyncIterable<Buffer>;
const shots: OneShot[] = [];
const jobs: { name: string; key: string; input?: Record<string, unknown> }[] = [];
const { store, repositories } = fakeBackupStore();

beforeAll(async () => {
  db = await createTestDatabase();
  const { queue } = fakeQueue();
  deps = fakeDeps(db.database, {
    leases,
    backupStore: store,
    queue: { ...queue, enqueueJob: async (job) => void jobs.push(job) },
    oneShots: fakeOneShots({
      output(shot) {
        shots.push(shot);
        return printed();
      },
    }),
  });
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());
beforeEach(async () => {
  jobs.length = 0;
  printed = async function* () {
    yield Buffer.from(dump);
  };
  await anotherDatabase();
});

async function anotherDatabase(): Promise<void> {
  const image = { image: 'postgres:17', version: '17' };
  const access = await makeManagedDatabase(deps, crew.project, 'postgresql', image, `db-${randomUUID().slice(0, 6)}`);
  databaseId = access.database.id;
  name = `shop/${access.database.name}`;
}

const system = () => db.database.asSystem();
const backups = () => system().find(Backup, { database: databaseId }, { orderBy: { createdAt: 'asc' } });

async function age(id: string, days: number): Promise<void> {
  const sql = 'update backups set created_at = now() - make_interval(days => $2) where id = $1';
  await executeSql(system(), sql, [id, days]);
}

async function backedUp(): Promise<Backup> {
  const { data } = await crew.ada.type(`db backup ${name}`);
  const { id } = data as { id: string };
  await runBackup(deps, id, signal);
  return system().findOneOrFail(Backup, id);
}

async function asked(line: string): Promise<Restore> {
  const { data } = await crew.ada.type(line);
  return system().findOneOrFail(Restore, (data as { restore: string }).restore);
}

async function audited(event: string): Promise<number> {
  const { rows } = await executeSql<{ n: number }>(
    system(),
    `select count(*)::int as n from audit_logs where action = $1 and resource_id = $2`,
    [event, databaseId],
  );
  return rows[0]?.n ?? 0;
}

describe('a backup', () => {
  it('is a row and a job at once, and one of a type at a time', async () => {
    const reply = await crew.ada.type(`db backup ${name}`);
    expect(reply.tone).toBe('info');
    const [row] = await backups();
    expect(jobs).toEqual([expect.objectContaining({ name: 'back-up-database', input: { backup: row?.id } })]);
    expect((await crew.ben.type(`db backup ${name}`)).text).toContain('is already running');
    expect((await crew.viewer.type(`db backup ${name}`)).tone).toBe('danger');
    expect((await crew.stranger.type(`db backups ${name}`)).text).toContain('no database');
  });

  it('records what lies in it, and never shows the password', async () => {
    const backup = await backedUp();
    expect(backup).toMatchObject({ status: 'success', sizeBytes: dump.length, verifiedAt: null });
    expect(backup.metadata.manifest?.['public.orders']?.rows).toBe(2);
    const shot = shots.at(-1);
    expect(JSON.stringify(shot?.command)).not.toContain(shot?.env['PGPASSWORD']);
    const reply = await crew.viewer.type(`db backups ${name}`);
    const ago = expect.stringMatching(/^\d+ s ago$/);
    expect(reply.table?.rows).toEqual([
      [backup.id.slice(0, 8), 'incremental', 'success', ago, '43 B', '+68 B', expect.any(String), ''],
    ]);
    expect(JSON.stringify(reply)).not.toContain(shot?.env['PGPASSWORD']);
    expect(await runBackup(deps, backup.id, signal)).toBe('it has already ended');
  });

  it('that fails says why, without the password, stores nothing and is audited', async () => {
    printed = async function* () {
      yield Buffer.from('half');
      throw new Error(`password "${shots.at(-1)?.env['PGPASSWORD']}" is wrong`);
    };
    const backup = await backedUp();
    expect(backup).toMatchObject({ status: 'failed', metadata: { error: 'password "[redacted]" is wrong' } });
    expect([...repositories.values()].flatMap((one) => [...one.values()]).some(({ tag }) => tag === backup.id)).toBe(
      false,
    );
    expect(await audited('database.backup_fail')).toBe(1);
  });

  it('is taken up again when its worker died, with what it left cleared away', async () => {
    const { data } = await crew.ada.type(`db backup ${name}`);
    const { id } = data as { id: string };
    const stop = new AbortController();
    printed = async function* () {
      yield Buffer.from('half');
      stop.abort(new Error('shutting down'));
      stop.signal.throwIfAborted();
    };
    await expect(runBackup(deps, id, stop.signal)).rejects.toThrow('shutting down');
    await executeSql(system(), `update backups set created_at = now() - interval '1 hour' where id = $1`, [id]);
    jobs.length = 0;
    expect(await scheduleBackups(deps)).toContain('resumed');
    expect(jobs).toContainEqual(expect.objectContaining({ key: `back-up:${id}:1`, input: { backup: id } }));
    printed = async function* () {
      yield Buffer.from(dump);
    };
    await runBackup(deps, id, signal);
    expect(await system().findOneOrFail(Backup, id)).toMatchObject({ status: 'success', metadata: { attempts: 2 } });
  });

  it('is asked for by the schedule once, however many look at the same time', async () => {
    await executeSql(system(), `update databases set created_at = now() - interval '2 days' where id = $1`, [
      databaseId,
    ]);
    await Promise.all([scheduleBackups(deps), scheduleBackups(deps), scheduleBackups(deps)]);
    expect(await backups()).toHaveLength(1);
  });

  it('is opened without Shipmate by a key that is shown in private, to those who manage the project', async () => {
    await backedUp();
    expect((await crew.ada.type(`db key ${name}`)).tone).toBe('danger');
    const reply = await crew.eve.type(`db key ${name}`);
    expect(reply.tone).toBe('danger');
  });
});

describe('the rotation', () => {
  it('takes backups out of the store before their rows, and keeps the last good one', async () => {
    const [old, older, newest] = [await backedUp(), await backedUp(), await backedUp()];
    await age(old.id, 200);
    // Of the same day: the later one stays.
    await age(older.id, 200);
    await executeSql(system(), `update backups set created_at = created_at - interval '1 minute' where id = $1`, [
      older.id,
    ]);
    await age(newest.id, 100);
    await rotateBackups(deps, signal);
    expect((await backups()).map(({ id }) => id)).toEqual([old.id, newest.id]);
    const kept = [...(repositories.get(newest.storagePath ?? '') ?? [])].map(([, { tag }]) => tag);
    expect(kept.sort()).toEqual([old.id, newest.id].sort());
  });

  it('goes on with the other databases when the store of one does not answer, and says which', async () => {
    const [broken, brokenId] = [name, databaseId];
    for (const days of [200, 200, 0]) await age((await backedUp()).id, days);
    const { storagePath } = await backedUp();
    await anotherDatabase();
    for (const days of [200, 200, 0]) await age((await backedUp()).id, days);
    const open: typeof store.open = async (repository, ...rest) => {
      if (repository.location === storagePath) throw new Error('no route to the store');
      return store.open(repository, ...rest);
    };
    const rotation = rotateBackups({ ...deps, backupStore: { ...store, open } }, signal);
    await expect(rotation).rejects.toThrow(`failed for \`${broken}\`: no route to the store`);
    expect(await backups()).toHaveLength(2);
    expect(await system().count(Backup, { database: brokenId })).toBe(4);
  });
});

describe('backups of a database that is deleted', () => {
  it('are said to go, and are gone from the store as soon as their job has run', async () => {
    const { storagePath } = await backedUp();
    expect(repositories.has(storagePath ?? '')).toBe(true);
    jobs.length = 0;
    const root = await makePerson(deps, 'super_admin');
    const reply = await root.type(`db delete ${name} --data --backups`);
    expect(reply.text).toContain('Its stored backups are being removed too.');
    const job = jobs.find((one) => one.name === rotateBackupsJob.name);
    expect(await rotateBackupsJob.run(deps, { input: job?.input ?? {}, signal })).toBe('1 removed');
    expect(repositories.has(storagePath ?? '')).toBe(false);
  });
});

describe('a server that is stopped for its files', () => {
  it('is neither set, stopped nor restarted meanwhile', async () => {
    const { id } = await backedUp();
    const mark = `update backups set status = $2, metadata = metadata || '{"stopped_replicas":1}' where id = $1`;
    await executeSql(system(), mark, [id, 'running']);
    for (const line of [`set ${name} --config max_connections=9`, `stop ${name}`, `restart ${name}`]) {
      expect((await crew.ada.type(`db ${line}`)).text).toContain('is stopped for a backup of its files');
    }
    await executeSql(system(), mark, [id, 'success']);
    expect((await crew.ada.type(`db restart ${name}`)).tone).not.toBe('danger');
  });
});

describe('a restore', () => {
  it('waits for another person who may approve it, who is not the one who asked', async () => {
    await system().transactional(async (em) => {
      const [platform, channel, pattern] = ['slack', 'C1', 'shop/*'] as const;
      const project = em.getReference(Project, crew.project.id);
      em.create(NotificationRoute, { platform, channel, pattern, project, events: ['approval', 'restored'] });
    });
    const backup = await backedUp();
    const restore = await asked(`db restore ${name} latest`);
    expect(restore.status).toBe('waiting');
    const short = restore.id.slice(0, 8);
    expect((await crew.ada.type(`approve ${short}`)).text).toContain('You requested this restore');
    expect((await crew.ben.type(`approve ${short}`)).text).toContain('role `admin`');
    expect((await crew.ada.type(`db restore ${name} latest`)).text).toContain('is waiting for approval');
    jobs.length = 0;
    expect((await crew.lea.type(`approve ${short}`)).tone).toBe('success');
    expect((await crew.eve.type(`approve ${short}`)).text).toContain('is no longer waiting');
    await runRestore(deps, restore.id, signal);
    expect(jobs).toEqual([expect.objectContaining({ name: 'restore-database', input: { restore: restore.id } })]);
    const done = await system().findOneOrFail(Restore, restore.id);
    expect(done.status).toBe('success');
    expect(done.metadata.safety_backup).not.toBe(backup.id);
    const events = await system().find(Notification, { subject: restore.id }, { orderBy: { id: 'asc' } });
    expect(events.map(({ event }) => event)).toEqual(['approval', 'restored']);
    expect(await runRestore(deps, restore.id, signal)).toBe('it has already ended');
    expect(await backups()).toHaveLength(2);
  });

  it('is denied with a reason, or expires', async () => {
    await backedUp();
    const denied = await asked(`db restore ${name} latest`);
    expect((await crew.lea.type(`deny ${denied.id.slice(0, 8)} not today`)).tone).toBe('warning');
    expect(await system().findOneOrFail(Restore, denied.id)).toMatchObject({ status: 'denied', reason: 'not today' });
    const late = await asked(`db restore ${name} latest`);
    await executeSql(system(), `update restores set expires_at = now() - interval '1 s' where id = $1`, [late.id]);
    await expireRestores(deps);
    expect((await system().findOneOrFail(Restore, late.id)).status).toBe('expired');
    expect((await crew.lea.type(`approve ${late.id.slice(0, 8)}`)).tone).toBe('danger');
  });

  it('leaves the database as it was when what was stored is not what had been backed up', async () => {
    const backup = await backedUp();
    const other = JSON.stringify({ sha256: 'other', packed_as: { bytes: 1, sha256: 'other' } });
    await executeSql(system(), 'update backups set metadata = metadata || $2 where id = $1', [backup.id, other]);
    const restore = await asked(`db restore ${name} ${backup.id.slice(0, 8)}`);
    await crew.lea.type(`approve ${restore.id.slice(0, 8)}`);
    const failing: Deps = {
      ...deps,
      oneShots: {
        ...deps.oneShots,
        async run(_shot, input) {
          for await (const _chunk of input ?? []) continue;
          return '';
        },
      },
    };
    await runRestore(failing, restore.id, signal);
    const { metadata, status } = await system().findOneOrFail(Restore, restore.id);
    expect(status).toBe('failed');
    expect(metadata.error).toMatch(/^the stored backup’s digest is [0-9a-f]{64}, expected other. The database is unch/);
  });
});
