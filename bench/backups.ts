import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Backup } from '../src/entities/backup.ts';
import { restoreLive, tidyLive } from '../src/usecases/backups/restore-data.ts';
import { storedData } from '../src/usecases/backups/read-stored-data.ts';
import { openToolbox } from '../src/usecases/backups/toolbox.ts';
import { type BackupStage, backupStage } from '../test/support/backup-stage.ts';
import { cpuSeconds } from './support/cpu-time.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

const run = promisify(execFile);

/** Of plain data in the database, MB; rows of about 1 kB that do not compress to nothing. */
const megabytes = Number(process.env['BENCH_BACKUP_MB'] ?? 500);
const rows = megabytes * 1_000;

interface BackupRow {
  what: string;
  MB: number;
  seconds: number;
  /** Processor seconds of the thread that Shipmate's events are on, and of all its threads and restic. */
  thread: number;
  processor: number;
  'MB/s': number;
  /** MB/s to those of the bare tool in a pipe, or what was new to the store to a full backup. */
  ratio: number;
}

/**
 * PostgreSQL: rates beside `pg_dump | restic` and `restic | psql`, what a second incremental backup stores of what a full one
 * does (goal: less than 0.25 with every hundredth row changed), and the rate at which its differences are restored.
 */
export async function benchBackups(): Promise<BackupRow[]> {
  await using postgres = await benchPostgres();
  const server = new URL(postgres.url);
  server.pathname = '';
  process.env['SHIPMATE_TEST_POSTGRES'] = server.href;
  await using stage = await backupStage('postgresql');
  stage.deps.config.backupTimeoutMs = 3_600_000;
  await stage.psql(
    `create table orders (id int primary key, note text);
    insert into orders select n, (select string_agg(md5(n::text || m), '') from generate_series(1, 31) m)
    from generate_series(1, ${rows}) n`,
  );
  const bareBackup = await timed(() =>
    pipe(stage, `${client(stage, 'pg_dump', 'app')} | ${restic(stage)} backup --stdin --quiet`, true),
  );
  let first: Backup | undefined;
  const backup = await timed(async () => void (first = await stage.backUp('incremental')));
  if (!first || first.status !== 'success') throw new Error(first?.metadata.error ?? 'no backup');
  const size = (first.sizeBytes ?? 0) / 1e6;
  await stage.psql('create database bare');
  const bareRestore = await timed(() =>
    pipe(stage, `${restic(stage)} dump latest stdin | ${client(stage, 'psql -q -1 -o /dev/null', 'bare')}`),
  );
  await stage.psql('drop database bare');
  const restore = await timed(() => restoreOnce(stage, first as Backup));
  await tidy(stage);
  const together = await again(stage, first, '1 % changed together', `id > ${Math.floor(rows * 0.99)}`);
  const allOver = await again(stage, first, '1 % changed all over', 'id % 100 = 0');
  const joined = await timed(() => restoreOnce(stage, allOver.second));
  await tidy(stage);
  return [
    row('bare backup', size, bareBackup, 1),
    row('backup', size, backup, bareBackup.seconds / backup.seconds),
    row('bare restore', size, bareRestore, 1),
    row('restore', size, restore, bareRestore.seconds / restore.seconds),
    together.row,
    allOver.row,
    row('restore of the last', size, joined, bareRestore.seconds / joined.seconds),
  ];
}

async function again(
  stage: BackupStage,
  first: Backup,
  what: string,
  where: string,
): Promise<{ row: BackupRow; second: Backup }> {
  await stage.psql(`update orders set note = md5(note) || note where ${where}`);
  let second: Backup | undefined;
  const took = await timed(async () => void (second = await stage.backUp('incremental')));
  if (!second || second.status !== 'success') throw new Error(second?.metadata.error ?? 'no backup');
  const stored = second.metadata.stored_bytes ?? Number.NaN;
  return { row: row(what, stored / 1e6, took, stored / (first.metadata.stored_bytes ?? Number.NaN)), second };
}

async function restoreOnce({ access, deps, signal }: BackupStage, backup: Backup): Promise<void> {
  const live = access.tool.restore?.(access.login);
  if (!live) throw new Error('unreachable');
  await using toolbox = openToolbox(deps, access, { labels: {}, signal });
  await restoreLive(toolbox, live, await storedData(deps, backup, signal), async () => undefined);
}

/** What is done once the restore has been told. */
async function tidy({ access, deps, signal }: BackupStage): Promise<void> {
  const live = access.tool.restore?.(access.login);
  await using toolbox = openToolbox(deps, access, { labels: {}, signal });
  if (live) await tidyLive(deps, access, live, toolbox);
}

function row(what: string, size: number, { processor, seconds, thread }: Took, ratio: number): BackupRow {
  return {
    what,
    MB: round(size, 1),
    seconds: round(seconds),
    thread: round(thread),
    processor: round(processor),
    'MB/s': round(size / seconds, 1),
    ratio: round(ratio, 3),
  };
}

type Took = Pick<BackupRow, 'processor' | 'seconds' | 'thread'>;

async function timed(work: () => Promise<void>): Promise<Took> {
  const begun = performance.now();
  const thread = process.threadCpuUsage();
  const processor = await cpuSeconds([process.pid]);
  await work();
  const { system, user } = process.threadCpuUsage(thread);
  return {
    seconds: (performance.now() - begun) / 1_000,
    thread: (system + user) / 1e6,
    processor: (await cpuSeconds([process.pid])) - processor,
  };
}

function client({ access, image }: BackupStage, program: string, database: string): string {
  const { host, user } = access.login;
  return (
    `docker run --rm -i --log-driver none --network ${access.network} -e PGPASSWORD --entrypoint /bin/sh ${image} ` +
    `-c '${program} --host=${host} --username=${user} --dbname=${database}'`
  );
}

function restic({ deps }: BackupStage): string {
  return `restic --no-cache -r ${join(deps.config.dataDir, 'bare')}`;
}

/** By the shell, as an operator would. */
async function pipe(stage: BackupStage, line: string, init = false): Promise<void> {
  const env = { ...process.env, PGPASSWORD: stage.access.login.password, RESTIC_PASSWORD: 'bare' };
  const script = `set -o pipefail; ${init ? `${restic(stage)} init --quiet && ` : ''}${line}`;
  await run('bash', ['-c', script], { env });
}
