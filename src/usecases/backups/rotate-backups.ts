import { currentLocation } from '../../backup-store/location.ts';
import { executeSql } from '../../database/database.ts';
import { BackupStore } from '../../entities/backup-store.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { UnavailableError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { databaseName } from '../databases/find-database.ts';
import { holdDatabase } from '../databases/database-lease.ts';
import { planBases, planRotation } from './plan-rotation.ts';
import { hasOwn, resticRepository } from './restic-repositories.ts';
import { messageOf } from './failure-reason.ts';

/** Retention of failed backups, days. */
const failedDays = 7;

/**
 * Deletes the backups that the rotation drops, each from the store before its row.
 * @throws {UnavailableError} at the end, naming the databases whose store failed, and why.
 */
export async function rotateBackups(deps: Deps, signal: AbortSignal): Promise<string> {
  const databases = await deps.database.asSystem().find(ManagedDatabase, {}, { populate: ['project'] });
  const failed: string[] = [];
  let removed = 0;
  for (const database of databases) {
    const lease = await holdDatabase(deps, database.id, signal);
    try {
      removed += await rotate(deps, database, AbortSignal.any([signal, lease.lost]));
    } catch (error) {
      signal.throwIfAborted();
      deps.logger.error({ err: error, database: database.id }, 'could not rotate backups');
      failed.push(`\`${databaseName(database)}\`: ${messageOf(error, undefined)}`);
    } finally {
      await lease.release();
    }
  }
  removed += await destroyOrphans(deps);
  if (failed.length > 0) throw new UnavailableError(`${removed} removed; failed for ${failed.join('; ')}`);
  return `${removed} removed`;
}

/** Deletes the backups of a deleted database once nothing writes to its store. */
export async function forgetDeleted(deps: Deps, databaseId: string, signal: AbortSignal): Promise<string> {
  const lease = await holdDatabase(deps, databaseId, signal);
  try {
    return `${await destroyOrphans(deps)} removed`;
  } finally {
    await lease.release();
  }
}

/** Destroys the stores of deleted databases; whoever deleted one agreed to lose its backups. */
async function destroyOrphans(deps: Deps): Promise<number> {
  const em = deps.database.asSystem();
  const orphans = await em.find(BackupStore, { database: null });
  for (const { id, location } of orphans) {
    await deps.backupStore.destroy(currentLocation(deps.config.dataDir, { id, location }));
    await em.nativeDelete(BackupStore, { id });
  }
  return orphans.length;
}

async function rotate(deps: Deps, database: ManagedDatabase, signal: AbortSignal): Promise<number> {
  const em = deps.database.asSystem();
  const store = await em.findOne(BackupStore, { database });
  if (!store) return 0;
  const good = await em.find(Backup, { database, status: 'success' });
  const needed = await restoring(deps, database);
  const bases = good.filter(({ type }) => type === 'base');
  const others = good.flatMap(({ createdAt, id, reference, type, verifiedAt }) =>
    type === 'base' ? [] : [{ createdAt, id, type, verified: verifiedAt !== null, reference: reference?.id }],
  );
  const going = [...planRotation(others, new Date(), [...needed]), ...planBases(bases)];
  const byId = new Map(good.map((one) => [one.id, one]));
  const backups = going.flatMap((id) => (needed.has(id) ? [] : (byId.get(id) ?? [])));
  const shared = backups.filter(({ type }) => !hasOwn(type));
  if (shared.length > 0) {
    const repository = resticRepository(deps, store, { id: '', type: 'incremental' });
    await deps.backupStore.open(repository, signal);
    const snapshots = shared.flatMap(({ metadata }) => metadata.snapshot ?? []);
    await deps.backupStore.forget(repository, snapshots, signal);
  }
  for (const backup of backups.filter(({ type }) => hasOwn(type))) {
    await deps.backupStore.destroy(resticRepository(deps, store, backup).location);
  }
  const failed = await forgetFailed(deps, database, store);
  for (const { id } of backups) await removeRow(deps, database, id);
  return backups.length + failed;
}

/** A failed backup removed its parts, unless its store failed too. */
async function forgetFailed(deps: Deps, database: ManagedDatabase, store: BackupStore): Promise<number> {
  const before = new Date(Date.now() - failedDays * 24 * 60 * 60_000);
  const failed = await deps.database
    .asSystem()
    .find(Backup, { database, status: 'failed', createdAt: { $lt: before } });
  for (const backup of failed) {
    if (hasOwn(backup.type)) await deps.backupStore.destroy(resticRepository(deps, store, backup).location);
    await removeRow(deps, database, backup.id);
  }
  return failed.length;
}

async function removeRow(deps: Deps, database: ManagedDatabase, id: string): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    await em.nativeDelete(Backup, { id });
    await recordAudit(em, {
      action: 'database.backup_rotate',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: databaseName(database), backup: id },
    });
  });
}

async function restoring(deps: Deps, database: ManagedDatabase): Promise<Set<string>> {
  const { rows } = await executeSql<{ backup_id: string }>(
    deps.database.asSystem(),
    `select backup_id from restores r join backups b on b.id = r.backup_id
     where b.database_id = $1 and r.status in ('waiting', 'pending', 'running')`,
    [database.id],
  );
  return new Set(rows.map((row) => row.backup_id));
}
