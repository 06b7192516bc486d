import type { BackupRepository } from '../../backup-store/backup-store.ts';
import { executeSql } from '../../database/database.ts';
import type { BackupMetadata } from '../../entities/backup-metadata.ts';
import { Backup } from '../../entities/backup.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import type { JobResult } from '../jobs/job-result.ts';
import { accessDatabase, type DatabaseAccess } from './database-access.ts';
import { databaseName } from '../databases/find-database.ts';
import { holdDatabase } from '../databases/database-lease.ts';
import { notifyBackupFailed } from './notify-backup.ts';
import { messageOf } from './failure-reason.ts';
import { measureStream, type Measured } from './measure-stream.ts';
import { isOutage } from './outage.ts';
import { makeDump, type Store } from './make-dump.ts';
import { followProgress } from './record-progress.ts';
import { forgetLog } from '../databases/recoverable.ts';
import { makeBase } from './make-base.ts';
import { dataName, hasOwn, openForBackup, resticRepository, storeOf } from './restic-repositories.ts';
import { startStopped, whileStopped } from './while-stopped.ts';
import { settleIfPossible } from './settle-if-possible.ts';
import { surveyServer } from './survey-server.ts';
import { openToolbox, type Toolbox } from './toolbox.ts';
import { workLabels } from '../databases/work-labels.ts';
import { claimWork, secondsSince } from './work-row.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatSize } from '../../units/sizes.ts';

/** How long the parts of a failed backup may take to remove, milliseconds. */
const removalMs = 10 * 60_000;

/**
 * Runs a requested backup. Skips one that has ended and restarts one that was killed. When the process has to stop,
 * or Docker or PostgreSQL goes away, the row stays `running` for the next process or attempt.
 * @returns a short summary of the result.
 */
export async function runBackup(deps: Deps, id: string, stop: AbortSignal): Promise<JobResult> {
  const asked = await deps.database.asSystem().findOne(Backup, id);
  if (!asked) return 'its database is gone';
  const lease = await holdDatabase(deps, asked.database.id, stop);
  try {
    const stopping = AbortSignal.any([stop, lease.lost]);
    const late = AbortSignal.timeout(deps.config.backupTimeoutMs);
    return await backUpHeld(deps, id, stopping, late);
  } finally {
    await lease.release();
  }
}

async function backUpHeld(deps: Deps, id: string, stopping: AbortSignal, late: AbortSignal): Promise<JobResult> {
  const backup = await claimBackup(deps, id);
  if (!backup) return 'it has already ended';
  const begun = performance.now();
  let access: DatabaseAccess | undefined;
  try {
    access = await accessDatabase(deps, deps.database.asSystem(), backup.database.id);
    const made = await make(deps, backup, access, AbortSignal.any([stopping, late]));
    const seconds = secondsSince(begun);
    await finish(deps, backup, access, { ...made, seconds });
    return `${formatSize(made.measured.bytes)} in ${formatDuration(seconds * 1_000)}`;
  } catch (error) {
    if (stopping.aborted || isOutage(error, backup.metadata)) throw error;
    const limit = formatDuration(deps.config.backupTimeoutMs);
    const reason = late.aborted ? `it took longer than ${limit} (SHIPMATE_BACKUP_TIMEOUT)` : messageOf(error, access);
    if (access) {
      await startStopped(deps, access, { table: 'backups', id: backup.id });
      await removeParts(deps, backup, access, stopping);
    }
    await fail(deps, backup, reason);
    return { failed: `${databaseName(backup.database)}: ${reason}` };
  }
}

/** What a backup that failed had stored by then. Where the store itself fails, the nightly rotation removes it. */
async function removeParts(deps: Deps, backup: Backup, access: DatabaseAccess, stop: AbortSignal): Promise<void> {
  try {
    const repository = resticRepository(deps, await storeOf(deps, access.database), backup);
    if (hasOwn(backup.type)) return await deps.backupStore.destroy(repository.location);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(removalMs)]);
    await deps.backupStore.open(repository, signal);
    await deps.backupStore.forget(repository, await deps.backupStore.find(repository, backup.id, signal), signal);
  } catch (error) {
    deps.logger.warn({ err: error, backup: backup.id }, 'could not remove the parts of a failed backup');
  }
}

/** @returns undefined when it has ended. */
async function claimBackup(deps: Deps, id: string): Promise<Backup | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    if (!(await claimWork(em, { table: 'backups', id }))) return undefined;
    return em.findOneOrFail(Backup, id, { populate: ['database.project'], refresh: true });
  });
}

interface Made {
  /** What of the server it does not have. */
  omitted?: string[];
  measured: Measured;
  snapshot: string;
  location: string;
  storedBytes: number;
  downtime?: number;
  packed?: 'zstd' | 'delta';
  reference?: string;
  wholeBecause?: string;
}

async function make(deps: Deps, backup: Backup, access: DatabaseAccess, signal: AbortSignal): Promise<Made> {
  const { id } = backup;
  await deps.oneShots.removeLabelled(workLabels(id));
  await using toolbox = openToolbox(deps, access, { labels: workLabels(id), signal });
  await startStopped(deps, access, { table: 'backups', id: backup.id });
  const repository = resticRepository(deps, await storeOf(deps, access.database), backup);
  // A base that is begun anew needs no log of before.
  if (backup.type === 'base') await forgetLog(deps, id);
  const opening = openStore(deps, repository, backup, signal);
  const store: Store = async (stream, how) => {
    using _progress = followProgress(deps, { table: 'backups', id }, () => stream.bytes);
    const entry = { name: dataName, tag: id, ...how };
    return deps.backupStore.write(repository, entry, stream, signal);
  };
  if (backup.type === 'base') {
    await opening;
    await settleIfPossible(deps, access, signal);
    return await makeBase(deps, backup, access, { repository, store, toolbox });
  }
  if (backup.type !== 'snapshot') {
    const asking = askServer(deps, access, { signal, toolbox });
    // Neither goes on behind a backup that has failed.
    await Promise.allSettled([opening, asking]);
    const [, omitted] = await Promise.all([opening, asking]);
    const { addedBytes, ...dumped } = await makeDump(deps, backup, access, { store, toolbox, signal });
    return { omitted, ...dumped, location: repository.location, storedBytes: addedBytes };
  }
  await opening;
  const { volume } = access;
  if (volume === undefined) throw new Error('the database is not persistent, so there is no volume to snapshot');
  await deps.oneShots.requireVolume(volume);
  const use = { volume, image: access.image, labels: workLabels(id) };
  const stream = measureStream(deps.oneShots.readVolume(use, signal));
  let stored = { snapshot: '', addedBytes: 0 };
  const downtime = await whileStopped(deps, access, { table: 'backups', id, signal }, async () => {
    stored = await store(stream);
  });
  const { addedBytes, snapshot } = stored;
  return { measured: stream.result(), snapshot, location: repository.location, storedBytes: addedBytes, downtime };
}

/** restic derives its keys at length, while containers start that have little to do. */
async function openStore(deps: Deps, repository: BackupRepository, backup: Backup, signal: AbortSignal): Promise<void> {
  await openForBackup(deps, repository, backup, signal);
  if ((backup.metadata.attempts ?? 1) === 1) return;
  // A snapshot that an earlier run stored but could not record.
  const left = await deps.backupStore.find(repository, backup.id, signal);
  if (left.length > 0) await deps.backupStore.forget(repository, left, signal);
}

/** Brings the server's accounts to what they are to be. @returns what of it the dump will not have. */
async function askServer(
  deps: Deps,
  access: DatabaseAccess,
  { signal, toolbox }: { signal: AbortSignal; toolbox: Toolbox },
): Promise<string[]> {
  await settleIfPossible(deps, access, signal);
  return surveyServer(toolbox, access);
}

async function finish(deps: Deps, { id, type }: Backup, access: DatabaseAccess, made: Made & { seconds: number }) {
  const { bytes, manifest, marks, packedAs, sha256, structure } = made.measured;
  const metadata: BackupMetadata = {
    snapshot: made.snapshot,
    sha256,
    stored_bytes: made.storedBytes,
    duration_seconds: made.seconds,
    version: access.database.version,
    image: access.image,
    ...(type === 'snapshot' && { settings: access.settings }),
    progress: null,
    ...(manifest && { manifest }),
    ...(structure && { structure }),
    ...(made.packed && { packed: made.packed }),
    ...(packedAs && { packed_as: packedAs }),
    ...(made.wholeBecause !== undefined && { whole_because: made.wholeBecause }),
    ...(made.omitted && { omitted: made.omitted }),
    ...(made.downtime !== undefined && { downtime_seconds: Math.round(made.downtime * 10) / 10 }),
  };
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `update backups set status = 'success', storage_path = $2, size_bytes = $3, completed_at = now(),
         reference_id = $5, marks = $6, metadata = metadata || $4::jsonb where id = $1`,
      [id, made.location, bytes, JSON.stringify(metadata), made.reference ?? null, marksOf(type, marks)],
    );
    await recordAudit(em, {
      action: 'database.backup_made',
      resourceType: 'database',
      resourceId: access.database.id,
      details: { kind: 'backup', database: databaseName(access.database), backup: id, type, bytes, sha256 },
    });
  });
}

/** Only incremental backups are kept in the same repository as their differences. */
function marksOf(type: Backup['type'], marks: Uint8Array | undefined): Buffer | null {
  return type === 'incremental' && marks ? Buffer.from(marks) : null;
}

async function fail(deps: Deps, { database, id, type }: Backup, reason: string): Promise<void> {
  const name = databaseName(database);
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `update backups set status = 'failed', completed_at = now(),
         metadata = metadata - 'progress' || jsonb_build_object('error', $2::text) where id = $1`,
      [id, reason],
    );
    await recordAudit(em, {
      action: 'database.backup_fail',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name, backup: id, type, reason },
    });
    await notifyBackupFailed(em, database, { kind: 'backup-failed', database: name, type, reason });
  });
}
