import { executeSql } from '../../database/database.ts';
import type { LiveRestore } from '../../database-engines/dump-tool.ts';
import { measureStream } from './measure-stream.ts';
import { startRecovered } from './recovered-server.ts';
import { Backup } from '../../entities/backup.ts';
import { Restore } from '../../entities/restore.ts';
import { ConflictError, UserError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { JobResult } from '../jobs/job-result.ts';
import { accessDatabase, type DatabaseAccess } from './database-access.ts';
import { databaseName } from '../databases/find-database.ts';
import { holdDatabase } from '../databases/database-lease.ts';
import { isOutage } from './outage.ts';
import { followProgress } from './record-progress.ts';
import { rehearse } from './rehearse-restore.ts';
import { restoreLive, restoreVolume, tidyLive } from './restore-data.ts';
import { markIncomplete, noteInterruption, stateOf } from './restore-state.ts';
import { awaitUp } from './await-up.ts';
import { endRestore } from './end-restore.ts';
import { createBackup } from './request-backup.ts';
import { messageOf } from './failure-reason.ts';
import { runBackup } from './run-backup.ts';
import { settleIfPossible } from './settle-if-possible.ts';
import { openToolbox, type Toolbox } from './toolbox.ts';
import { startStopped } from './while-stopped.ts';
import { workLabels } from '../databases/work-labels.ts';
import { claimWork, secondsSince } from './work-row.ts';
import { proveWhole, storedData } from './read-stored-data.ts';
import { formatDuration } from '../../units/durations.ts';

/** Runs a requested restore. Skips one that has ended and restarts one that was killed. */
export async function runRestore(deps: Deps, id: string, stop: AbortSignal): Promise<JobResult> {
  // Not the database's lease, which the safety backup needs.
  const mine = await deps.leases.tryAcquire(`restore:${id}`);
  if (!mine) return 'another worker does it';
  try {
    return await restoreHeld(deps, id, AbortSignal.any([stop, mine.lost]));
  } finally {
    await mine.release();
  }
}

async function restoreHeld(deps: Deps, id: string, stop: AbortSignal): Promise<JobResult> {
  const restore = await claimRestore(deps, id);
  if (!restore) return 'it has already ended';
  // The safety backup takes the database's lease itself.
  const safety = restore.metadata.into_new
    ? await awaitUp(deps, restore.database.id, stop)
    : await safetyBackup(deps, restore, stop);
  const lease = await holdDatabase(deps, restore.database.id, stop);
  const stopping = AbortSignal.any([stop, lease.lost]);
  const late = AbortSignal.timeout(deps.config.backupTimeoutMs);
  const database = databaseName(restore.database);
  const signal = AbortSignal.any([stopping, late]);
  let access: DatabaseAccess | undefined;
  const begun = performance.now();
  try {
    access = await accessDatabase(deps, deps.database.asSystem(), restore.database.id);
    if (safety instanceof Error) throw safety;
    await using toolbox = openToolbox(deps, access, { labels: workLabels(id), signal });
    await put(deps, restore, access, { safety, signal, toolbox });
    const seconds = secondsSince(begun);
    const backup = restore.backup.id;
    await endRestore(deps, restore, {
      kind: 'restore-succeeded',
      database,
      backup,
      seconds,
      safetyBackup: safety ?? null,
    });
    // Those who wait have their data by now.
    const live = restore.backup.type === 'snapshot' ? undefined : access.tool.restore?.(access.login);
    if (live) await tidyLive(deps, access, live, toolbox);
    return `restored in ${formatDuration(seconds * 1_000)}`;
  } catch (error) {
    if (stopping.aborted || isOutage(error, restore.metadata)) {
      await noteInterruption(deps, id, stopping.aborted ? stopping.reason : error);
      throw error;
    }
    if (access) await startStopped(deps, access, { table: 'restores', id });
    const reason = late.aborted ? 'it took too long (SHIPMATE_BACKUP_TIMEOUT)' : messageOf(error, access);
    const state = await stateOf(deps, restore);
    await endRestore(deps, restore, {
      kind: 'restore-failed',
      database,
      reason: `${reason.replace(/\.$/, '')}. ${state}`,
    });
    return { failed: `${database}: ${reason}` };
  } finally {
    await lease.release();
  }
}

async function claimRestore(deps: Deps, id: string): Promise<Restore | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    if (!(await claimWork(em, { table: 'restores', id }))) return undefined;
    const populate = ['database.project', 'backup.database.project'] as const;
    return em.findOneOrFail(Restore, id, { populate, refresh: true });
  });
}

/**
 * Backs up the current data, once per restore however often it restarts. @returns the backup's id, or why it failed.
 */
async function safetyBackup(
  deps: Deps,
  { database, id, metadata }: Restore,
  stop: AbortSignal,
): Promise<string | Error> {
  let safety = metadata.safety_backup;
  safety ??= await deps.database.asSystem().transactional(async (em) => {
    // Without a job of its own, which would hold a worker until the whole restore is done.
    const backup = await createBackup(em, database, 'incremental', 'restore');
    await executeSql(
      em,
      `update restores set metadata = metadata || jsonb_build_object('safety_backup', $2::text) where id = $1`,
      [id, backup.id],
    );
    return backup.id;
  });
  await runBackup(deps, safety, stop);
  const { metadata: made, status } = await deps.database.asSystem().findOneOrFail(Backup, safety);
  if (status === 'success') return safety;
  return new UserError(`The current data could not be backed up first: ${made.error ?? status}`);
}

interface Putting {
  /** The backup of the current data. */
  safety: string | undefined;
  signal: AbortSignal;
  toolbox: Toolbox;
}

async function put(deps: Deps, restore: Restore, access: DatabaseAccess, putting: Putting): Promise<void> {
  const { safety, signal, toolbox } = putting;
  const { backup, id } = restore;
  requireSettings(restore, access);
  await deps.oneShots.removeLabelled(workLabels(id));
  const live = backup.type === 'snapshot' ? undefined : access.tool.restore?.(access.login);
  if (live && restore.metadata.at !== undefined) return putMoment(deps, restore, access, live, putting);
  // What a restore gives up before it has the new data is given up for data that can be loaded.
  if (live?.rehearsal && safety !== undefined) {
    await rehearse(deps, live.rehearsal, { id, copies: [safety, backup.id], signal, toolbox });
  } else if (!live?.atomic) await proveWhole(deps, backup, signal);
  const stream = await storedData(deps, backup, signal);
  using _progress = followProgress(deps, { table: 'restores', id }, () => stream.bytes);
  // What an earlier attempt has begun stays incomplete until the data are whole.
  const mark = (incomplete: boolean) => markIncomplete(deps, id, incomplete || restore.metadata.incomplete === true);
  if (live) await restoreLive(toolbox, live, stream, mark);
  else await restoreVolume(deps, access, backup, stream, { id, labels: workLabels(id), mark, signal });
  // What was restored may be of a time with other accounts.
  await settleIfPossible(deps, access, signal);
}

/** @throws {ConflictError} when the server would not find its data in the files of the snapshot. */
function requireSettings({ backup, database }: Restore, access: DatabaseAccess): void {
  const { settings } = backup.metadata;
  const obstacle = settings && access.obstacle(settings);
  if (!obstacle) return;
  const line = `db set ${databaseName(database)} --config ${obstacle.setting}`;
  throw new ConflictError(
    `The snapshot was made with other settings. ${obstacle.why}. Restore it after \`${line}\`, and set it back then`,
  );
}

/** The dump of a throw-away server that was recovered to the moment takes the database's place, as any dump does. */
async function putMoment(
  deps: Deps,
  { backup, id, metadata }: Restore,
  access: DatabaseAccess,
  live: LiveRestore,
  { signal, toolbox }: Putting,
): Promise<void> {
  const labels = workLabels(id);
  const at = new Date(metadata.at ?? '');
  const server = await startRecovered(deps, access, { base: backup, at, labels, signal });
  try {
    // It has the accounts of that moment.
    if (access.settle) await server.run(access.settle('127.0.0.1'), undefined, signal);
    const dump = access.tool.dump({ ...access.login, host: '127.0.0.1' });
    const stream = measureStream(server.output(dump, signal), access.tool);
    using _progress = followProgress(deps, { table: 'restores', id }, () => stream.bytes);
    const mark = (incomplete: boolean) => markIncomplete(deps, id, incomplete);
    await restoreLive(toolbox, live, stream, mark);
  } finally {
    await server.remove();
  }
}
