import { setTimeout as delay } from 'node:timers/promises';
import { Backup } from '../src/entities/backup.ts';
import { archiveLog } from '../src/usecases/backups/archive-log.ts';
import { archiveLogs } from '../src/usecases/backups/archive-logs.ts';
import { resticRepository, storeOf } from '../src/usecases/backups/restic-repositories.ts';
import { type BackupStage, backupStage } from '../test/support/backup-stage.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

/** Of plain data in the database, MB; rows of about 1 kB that do not compress to nothing. */
const megabytes = Number(process.env['BENCH_BACKUP_MB'] ?? 500);
const rows = megabytes * 1_000;
/** How long something writes all the time, seconds. */
const seconds = Number(process.env['BENCH_MOMENTS_SECONDS'] ?? 150);
/** Written at once, rows of 1 kB, and the pause after it. */
const written = { rows: 500, pauseMs: 250 };
const lookMs = 200;

/** What a change costs as log, and how old the newest archived moment gets while something writes and a base is made. */
export async function benchMoments(): Promise<object[]> {
  await using postgres = await benchPostgres();
  const server = new URL(postgres.url);
  server.pathname = '';
  process.env['SHIPMATE_TEST_POSTGRES'] = server.href;
  await using stage = await backupStage('postgresql', undefined, undefined, { pitr: true });
  stage.deps.config.backupTimeoutMs = 3_600_000;
  await stage.psql(
    `create table orders (id int primary key, note text);
    insert into orders select n, (select string_agg(md5(n::text || m), '') from generate_series(1, 31) m)
    from generate_series(1, ${rows}) n`,
  );
  const base = await stage.backUp('base');
  if (base.status !== 'success') throw new Error(base.metadata.error);
  await archiveLog(stage.deps, stage.access.database.id, stage.signal);
  const before = await storedBytes(stage, base);
  await stage.psql(`update orders set note = md5(note) || note where id % 100 = 0`);
  await archiveLog(stage.deps, stage.access.database.id, stage.signal);
  const log = (await storedBytes(stage, base)) - before;
  const age = await worstAge(stage);
  return [
    { what: 'base backup', MB: round(before / 1e6, 1), ratio: 1, seconds: '' },
    { what: 'log of 1 % changed all over', MB: round(log / 1e6, 1), ratio: round(log / before, 3), seconds: '' },
    { what: 'greatest age of the newest moment', MB: '', ratio: '', seconds: round(age, 1) },
  ];
}

async function storedBytes({ access, deps, signal }: BackupStage, base: Backup): Promise<number> {
  return deps.backupStore.size(resticRepository(deps, await storeOf(deps, access.database), base), signal);
}

async function worstAge(stage: BackupStage): Promise<number> {
  const end = AbortSignal.timeout(seconds * 1_000);
  const work = [keep(end, () => write(stage)), keep(end, () => archiveLogs(stage.deps, end)), stage.backUp('base')];
  let worst = 0;
  while (!end.aborted) {
    worst = Math.max(worst, await ageNow(stage));
    await delay(lookMs);
  }
  await Promise.all(work);
  return worst;
}

/** Seconds since the newest moment that could be restored, by the clock that both share here. */
async function ageNow({ access, db }: BackupStage): Promise<number> {
  const bases = await db.database.asSystem().find(Backup, { database: access.database.id, type: 'base' });
  const newest = bases.flatMap(({ metadata, status }) =>
    status === 'success' && metadata.log?.until !== undefined ? Date.parse(metadata.log.until) : [],
  );
  return (Date.now() - Math.max(...newest)) / 1_000;
}

async function write(stage: BackupStage): Promise<void> {
  await stage.psql(
    `insert into orders select (select max(id) from orders) + n, repeat(md5(n::text), 31)
     from generate_series(1, ${written.rows}) n`,
  );
  await delay(written.pauseMs);
}

async function keep(end: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!end.aborted) {
    try {
      await work();
    } catch (error) {
      if (!end.aborted) throw error;
    }
  }
}
