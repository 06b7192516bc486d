import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Backup } from '../../src/entities/backup.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Restore } from '../../src/entities/restore.ts';
import { archiveLog } from '../../src/usecases/backups/archive-log.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { resticRepository, storeOf } from '../../src/usecases/backups/restic-repositories.ts';
import { runBackup } from '../../src/usecases/backups/run-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { startS3 } from '../support/s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let stage: BackupStage;
let base: Backup;

beforeAll(async () => {
  s3 = await startS3();
  stage = await backupStage('postgresql', s3.config, undefined, { pitr: true });
  // Two servers start for one restore here, on a machine that may be busy.
  stage.deps.config = { ...stage.deps.config, backupTimeoutMs: 20 * 60_000 };
  await stage.psql(
    `create table orders as select n from generate_series(1, 1000) n;
    create unlogged table sessions as select 1 as n`,
  );
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
});

const archive = () => archiveLog(stage.deps, stage.access.database.id, stage.signal);
const log = async () => (await stage.db.database.asSystem().findOneOrFail(Backup, base.id)).metadata.log;

/** The next whole second of the server's clock, once it has begun. */
async function nextSecond(): Promise<Date> {
  const wait = 'select pg_sleep(1 - extract(epoch from clock_timestamp()) % 1)';
  const seconds = (await stage.psql(wait, 'select floor(extract(epoch from clock_timestamp()))')).trim();
  return new Date(Number(seconds) * 1_000);
}

async function restoredTo(at: Date): Promise<string> {
  const { data, text } = await stage.root.type(
    `db restore ${stage.name} --at "${at.toISOString().slice(0, 19)}Z" --yes`,
  );
  const { restore } = (data ?? { restore: text }) as { restore: string };
  await runRestore(stage.deps, restore, stage.signal);
  expectSuccess(await stage.db.database.asSystem().findOneOrFail(Restore, restore));
  return stage.psql('select count(*) from orders');
}

describe('a PostgreSQL database whose log is archived', () => {
  it('begins with a base backup', async () => {
    base = await stage.backUp('base');
    expectSuccess(base);
    expect(base.storagePath).toMatch(/^s3:.*\/base-[0-9a-f-]+$/);
  });

  it('has everything in the store that was committed before a look', async () => {
    const committed = await stage.psql(
      'insert into orders select n from generate_series(1001, 3000) n',
      'select pg_current_wal_flush_lsn()',
    );
    expect(await archive()).toBe(true);
    const { archived, until: last } = (await log()) ?? { archived: '0/0' };
    expect(await stage.psql(`select '${archived}'::pg_lsn >= '${committed}'::pg_lsn`)).toBe('t');
    expect(Date.parse(last ?? '')).toBeGreaterThan(Date.parse((await log())?.since ?? ''));
    const { fields } = await stage.root.type(`db show ${stage.name}`);
    expect(fields?.map(({ name }) => name)).toContain('Restorable');
  });

  it('is restored to a moment after which nothing was committed', async () => {
    const full = await nextSecond();
    await archive();
    expect(await restoredTo(full)).toBe('3000');
    // It is in no log.
    expect(await stage.psql('select count(*) from sessions')).toBe('0');
  });

  it('is restored to a moment after that restore, and to one before it', async () => {
    const full = await nextSecond();
    await stage.psql('delete from orders where n > 500');
    const half = await nextSecond();
    await stage.psql('drop table orders');
    await archive();
    expect(await restoredTo(half)).toBe('500');
    await archive();
    expect(await restoredTo(full)).toBe('3000');
  });

  it('is proven by a drill as far as its log goes', async () => {
    await archive();
    expect(await verifyBackup(stage.deps, base.id, stage.signal)).toEqual(
      expect.stringContaining('3000 rows in 2 tables are readable'),
    );
  });

  it('goes on when its server was started anew', async () => {
    await stage.restartServer();
    const committed = await stage.psqlOnceUp('insert into orders values (3001)', 'select pg_current_wal_flush_lsn()');
    expect(await archive()).toBe(true);
    const { archived, closed } = (await log()) ?? { archived: '0/0' };
    expect(closed).toBeUndefined();
    expect(await stage.psql(`select '${archived}'::pg_lsn >= '${committed}'::pg_lsn`)).toBe('t');
  });

  it('is not proven when a part of its log is missing', async () => {
    const { deps, signal } = stage;
    const { last, mark } = (await log()) ?? {};
    const repository = resticRepository(deps, await storeOf(deps, stage.access.database), base);
    await deps.backupStore.drop(repository, [last?.snapshot ?? ''], signal);
    expect(await verifyBackup(deps, base.id, signal)).toEqual({
      failed: expect.stringMatching(`Its archived log breaks off at \\S+, and should go on to ${mark} at least`),
    });
  });

  it('says what can be restored when asked for more', async () => {
    const reply = await stage.root.type(`db restore ${stage.name} --at "2020-01-01 10:00" --yes`);
    expect(reply.text).toMatch(/cannot be restored to .* What can be restored: from .* to /);
  });

  it('tells of a gap in its log, and begins anew', async () => {
    await stage.db.database.asSystem().transactional(async (em) => {
      em.create(NotificationRoute, { platform: 'slack', channel: 'C1', pattern: '*', events: ['backup-failed'] });
    });
    await stage.psql(`select pg_drop_replication_slot('shipmate_pitr')`);
    await archive();
    expect((await log())?.closed).toBe('Its server has removed log that was not archived yet.');
    const [told] = await stage.db.database.asSystem().find(Notification, { event: 'backup-failed' });
    expect(told?.payload).toMatchObject({ kind: 'backup-failed', type: 'base' });
    await archive();
    const bases = await stage.db.database.asSystem().find(Backup, { type: 'base' }, { orderBy: { createdAt: 'asc' } });
    expect(bases.map(({ status }) => status)).toEqual(['success', 'pending']);
    base = bases[1] ?? base;
  });

  it('has no base with a tablespace, and says why', async () => {
    await stage.client(['sh', '-c', 'mkdir /tmp/fast && chown postgres /tmp/fast']);
    await stage.psql(`create tablespace fast location '/tmp/fast'`);
    await runBackup(stage.deps, base.id, stage.signal);
    const { metadata, status } = await stage.db.database.asSystem().findOneOrFail(Backup, base.id);
    expect([status, metadata.error]).toEqual([
      'failed',
      'It has tablespaces (fast), whose files no other server has a place for.',
    ]);
  });
});
