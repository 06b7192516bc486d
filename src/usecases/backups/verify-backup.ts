import { executeSql } from '../../database/database.ts';
import type { Measure } from '../../database-engines/dump-tool.ts';
import { BackupStore } from '../../entities/backup-store.ts';
import { Backup } from '../../entities/backup.ts';
import type { Running } from '../../swarm/containers/one-shot.ts';
import { seedTar } from '../../swarm/containers/seed-tar.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import type { JobResult } from '../jobs/job-result.ts';
import { startRecovered } from './recovered-server.ts';
import { throwAway } from './throw-away.ts';
import { compareFound, differInContents, type Measurement } from './compare-manifests.ts';
import { accessDatabase, type DatabaseAccess } from './database-access.ts';
import { databaseName } from '../databases/find-database.ts';
import { holdDatabase } from '../databases/database-lease.ts';
import { notifyBackupFailed } from './notify-backup.ts';
import { loadDump } from './load-dump.ts';
import { isOutage } from './outage.ts';
import { resticRepository } from './restic-repositories.ts';
import { messageOf } from './failure-reason.ts';
import { workLabels } from '../databases/work-labels.ts';
import { secondsSince } from './work-row.ts';
import { storedData } from './read-stored-data.ts';

/** Share of a repository's data that a drill re-reads in addition to what it restores, percent. */
const readAgain = 5;

/**
 * Restores a backup into a temporary server and compares its contents with the manifest recorded when the backup was
 * made. Only then does the backup count as verified.
 * @returns a short summary of the result.
 */
export async function verifyBackup(deps: Deps, id: string, stop: AbortSignal): Promise<JobResult> {
  const backup = await deps.database
    .asSystem()
    .findOne(Backup, { id, status: 'success' }, { populate: ['database.project'] });
  if (!backup) return 'the backup no longer exists';
  const lease = await holdDatabase(deps, backup.database.id, stop);
  const stopping = AbortSignal.any([stop, lease.lost]);
  const late = AbortSignal.timeout(deps.config.backupTimeoutMs);
  const begun = performance.now();
  let access: DatabaseAccess | undefined;
  try {
    access = await accessDatabase(deps, deps.database.asSystem(), backup.database.id);
    const compared = await drill(deps, backup, access, AbortSignal.any([stopping, late]));
    await recordVerification(deps, backup, { ok: true, compared, seconds: secondsSince(begun) });
    return `${databaseName(backup.database)}: ${compared}`;
  } catch (error) {
    // An outage says nothing of the backup: the drill is made again.
    if (stopping.aborted || isOutage(error, {})) throw error;
    const reason = late.aborted ? 'it took too long (SHIPMATE_BACKUP_TIMEOUT)' : messageOf(error, access);
    await recordVerification(deps, backup, { ok: false, compared: '', seconds: secondsSince(begun), error: reason });
    return { failed: `${databaseName(backup.database)}: ${reason}` };
  } finally {
    await lease.release();
  }
}

async function drill(deps: Deps, backup: Backup, access: DatabaseAccess, signal: AbortSignal): Promise<string> {
  const labels = workLabels(backup.id);
  await deps.oneShots.removeLabelled(labels);
  const store = await deps.database.asSystem().findOneOrFail(BackupStore, { database: backup.database });
  const repository = resticRepository(deps, store, backup);
  await deps.backupStore.open(repository, signal);
  await deps.backupStore.check(repository, readAgain, signal);
  const data = await storedData(deps, backup, signal);
  const server = await startServer(deps, access, { backup, data, labels, signal });
  try {
    const login = { ...access.login, host: '127.0.0.1' };
    if (access.settle) await server.run(access.settle(login.host), undefined, signal);
    const still = access.tool.still?.(login);
    if (still) await server.run(still, undefined, signal);
    const live = isFiles(backup) ? undefined : access.tool.restore?.(login);
    if (live) await loadDump((tool, input) => server.run(tool, input, signal), live, data);
    const { count } = access.tool;
    const printed = () => server.output(count.run(login), signal);
    const found = await measured(printed(), count.measure(), signal);
    if (!count.inAnyOrder || !differInContents(backup.metadata, found)) return compareFound(backup.metadata, found);
    const { manifest } = await measured(data, count.inAnyOrder(), signal);
    const again = await measured(printed(), count.inAnyOrder(), signal);
    return compareFound({ ...backup.metadata, manifest }, { ...found, manifest: again.manifest });
  } finally {
    await server.remove();
  }
}

/** Whether it has the server's files instead of a dump. */
function isFiles({ type }: Backup): boolean {
  return type === 'snapshot' || type === 'base';
}

interface Drilled {
  backup: Backup;
  data: AsyncIterable<Buffer>;
  labels: Record<string, string>;
  signal: AbortSignal;
}

async function startServer(deps: Deps, access: DatabaseAccess, drilled: Drilled): Promise<Running> {
  const { backup, data, labels, signal } = drilled;
  // As far as its log goes, so that the drill reads all of that as well.
  if (backup.type === 'base') return startRecovered(deps, access, { base: backup, at: undefined, labels, signal });
  const seeds = isFiles(backup) ? undefined : access.tool.seedFiles;
  const server = throwAway(access, backup, labels);
  if (seeds) return deps.oneShots.start({ ...server, data: seedTar(seeds, backup.sizeBytes ?? 0, data) }, signal);
  return deps.oneShots.start({ ...server, ...(isFiles(backup) && { data }) }, signal);
}

async function measured(printed: AsyncIterable<Buffer>, measure: Measure, signal: AbortSignal): Promise<Measurement> {
  for await (const chunk of printed) {
    signal.throwIfAborted();
    measure.add(chunk);
  }
  const manifest = measure.end();
  return { manifest, structure: measure.structure?.() };
}

async function recordVerification(
  deps: Deps,
  { database, id }: Backup,
  drilled: { ok: boolean; compared: string; seconds: number; error?: string },
): Promise<void> {
  const name = databaseName(database);
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `update backups set verified_at = case when $2 then now() end, metadata = metadata || $3::jsonb where id = $1`,
      [id, drilled.ok, JSON.stringify({ drill: { at: new Date().toISOString(), ...drilled } })],
    );
    await recordAudit(em, {
      action: drilled.ok ? 'database.backup_verify' : 'database.backup_unverified',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name, backup: id, ...drilled },
    });
    if (drilled.ok) return;
    const reason = drilled.error ?? '';
    await notifyBackupFailed(em, database, { kind: 'drill-failed', database: name, backup: id, reason });
  });
}
