import { setTimeout as delay } from 'node:timers/promises';
import type { PointInTime } from '../../database-engines/point-in-time.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { ArchivedLog } from '../../entities/backup-metadata.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';
import { databaseName } from '../databases/find-database.ts';
import { accessDatabase, type DatabaseAccess } from './database-access.ts';
import { messageOf } from './failure-reason.ts';
import { notifyBackupFailed } from './notify-backup.ts';
import { saveLog } from '../databases/recoverable.ts';
import { enqueueBackup } from './request-backup.ts';
import { resticRepository, storeOf } from './restic-repositories.ts';
import { toolRunner } from './tool-runner.ts';
import { workLabels } from '../databases/work-labels.ts';

/** The job runs every minute and archives this often in it: the recovery point is a look and the time that it takes. */
const looks = 3;
const pauseMs = 20_000;
/** How long it may fail before somebody is told, milliseconds. */
const patienceMs = 5 * 60_000;
/** Tag of the log's parts in a repository. */
export const logTag = 'log';

/** Archives the logs of all databases with `pitr` on. */
export async function archiveLogs(deps: Deps, signal: AbortSignal, pause = pauseMs): Promise<string> {
  let archived = 0;
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await delay(pause, undefined, { signal });
    const databases = await deps.database
      .asSystem()
      .find(ManagedDatabase, { status: 'running', config: { pitr: true } });
    await leaveLogs(deps, signal);
    if (databases.length === 0) return 'nothing to archive';
    const ends = await Promise.all(databases.map(({ id }) => archiveLog(deps, id, signal)));
    archived = ends.filter(Boolean).length;
  }
  return `${archived} archived`;
}

/** Where `pitr` was turned off, the server keeps nothing any more; what is archived can still be restored. */
async function leaveLogs(deps: Deps, signal: AbortSignal): Promise<void> {
  const off = { status: 'running', config: { pitr: { $ne: true } } } as const;
  const bases = await deps.database
    .asSystem()
    .find(Backup, { type: 'base', status: 'success', metadata: { log: { closed: null } }, database: off });
  for (const base of bases) {
    const access = await accessDatabase(deps, deps.database.asSystem(), base.database.id);
    const pit = databaseEngines[access.database.type].pointInTime;
    if (pit) await toolRunner(deps, access, { labels: workLabels(base.id), signal })(pit.forget(access.login));
    await saveLog(deps, base.id, { ...logOf(base), closed: '`pitr` was turned off' });
  }
}

interface Archiving {
  deps: Deps;
  access: DatabaseAccess;
  pit: PointInTime;
  signal: AbortSignal;
}

/** Brings what is archived of one database up to now. @returns whether it did. */
export async function archiveLog(deps: Deps, id: string, signal: AbortSignal): Promise<boolean> {
  const lease = await deps.leases.tryAcquire(`log:${id}`);
  if (!lease) return false;
  try {
    const access = await accessDatabase(deps, deps.database.asSystem(), id);
    const pit = databaseEngines[access.database.type].pointInTime;
    if (!pit) return false;
    return await archiveBases({ deps, access, pit, signal: AbortSignal.any([signal, lease.lost]) });
  } finally {
    await lease.release();
  }
}

/** The older one of two bases is left once the newer one goes on from before its end. */
async function archiveBases(archiving: Archiving): Promise<boolean> {
  const { access, deps, pit } = archiving;
  const bases = await openBases(archiving);
  const done = bases.filter(({ status }) => status === 'success');
  if (bases.length === 0)
    await deps.database.asSystem().transactional((em) => enqueueBackup(deps, em, access.database, 'base', 'schedule'));
  for (const base of done) {
    const keepFrom = bases
      .map(logOf)
      .reduce((least, { archived }) => (pit.isBefore(archived, least) ? archived : least), logOf(base).archived);
    if (!(await archiveOrTell(archiving, base, keepFrom))) return false;
  }
  for (const base of done.slice(0, -1)) await saveLog(deps, base.id, { ...logOf(base), closed: 'a newer base backup' });
  return done.length > 0;
}

async function openBases({ access, deps }: Archiving): Promise<Backup[]> {
  const order = { orderBy: { createdAt: 'asc' } } as const;
  const bases = await deps.database
    .asSystem()
    .find(Backup, { database: access.database.id, type: 'base', status: ['pending', 'running', 'success'] }, order);
  return bases.filter(({ metadata, status }) => status !== 'success' || metadata.log?.closed === undefined);
}

function logOf({ metadata }: Backup): ArchivedLog {
  return metadata.log ?? { system: '', archived: 'FFFFFFFF/FFFFFFFF' };
}

async function archiveOrTell(archiving: Archiving, base: Backup, keepFrom: string): Promise<boolean> {
  const { access, deps, signal } = archiving;
  try {
    await archive(archiving, base, keepFrom);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const reason = messageOf(error, access);
    deps.logger.warn({ err: error, database: access.database.id }, 'could not archive the log');
    const log = logOf(base);
    const failing = log.failing ?? { since: new Date().toISOString(), reason };
    const late = Date.now() - Date.parse(failing.since) > patienceMs;
    if (late && !failing.told) await tell(archiving, `Its log cannot be archived since ${failing.since}: ${reason}`);
    await saveLog(deps, base.id, { ...log, failing: { ...failing, reason, ...(late && { told: true }) } });
    return false;
  }
}

async function archive({ access, deps, pit, signal }: Archiving, base: Backup, keepFrom: string): Promise<void> {
  const labels = workLabels(base.id);
  const run = toolRunner(deps, access, { labels, signal });
  const repository = resticRepository(deps, await storeOf(deps, access.database), base);
  let log = logOf(base);
  for (let more = true; more;) {
    const state = pit.readState(await run(pit.state(access.login, { archived: log.archived, keepFrom })));
    const gap = gapBetween(log, state.system, state.kept, pit.isBefore(state.end, log.archived));
    if (gap !== undefined) {
      await saveLog(deps, base.id, { ...log, closed: gap });
      await tell({ access, deps, pit, signal }, `${gap} A new base backup begins.`);
      return;
    }
    more = state.more;
    let last = log.last;
    if (pit.isBefore(log.archived, state.end)) {
      const shot = { ...pit.fetch(access.login, state.range), image: access.image, network: access.network, labels };
      const part = deps.oneShots.output(shot, signal);
      const { snapshot } = await deps.backupStore.write(repository, { name: logTag, tag: logTag }, part, signal);
      if (last?.first === state.range.first) await deps.backupStore.drop(repository, last.snapshot, signal);
      last = { snapshot, first: state.range.first };
    }
    const { failing: _, ...rest } = log;
    log = { ...rest, archived: state.end, ...(last && { last }), ...(!more && { until: state.now }) };
    await saveLog(deps, base.id, log);
  }
}

/** Why the log no longer goes on from what is archived. */
function gapBetween(log: ArchivedLog, system: string, kept: boolean, back: boolean): string | undefined {
  if (system !== log.system || back) return 'The files of its server were replaced, so its log begins anew.';
  return kept ? undefined : 'Its server has removed log that was not archived yet.';
}

async function tell({ access, deps }: Archiving, reason: string): Promise<void> {
  const { database } = access;
  const fact = { kind: 'backup-failed', database: databaseName(database), type: 'base', reason } as const;
  await deps.database.asSystem().transactional((em) => notifyBackupFailed(em, database, fact));
}
