import { executeSql, type EntityManager } from '../../database/database.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Restore } from '../../entities/restore.ts';
import { Volume } from '../../entities/volume.ts';
import { serviceName, volumeName } from '../../swarm/names.ts';
import { enqueueRemoval } from '../databases/database-jobs.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { recordAudit } from '../record-audit.ts';
import { notifyRestoreEnded, type RestoreEnded } from './notify-backup.ts';

/** Stores, audits and notifies how a restore ended. What a failed one had created is deleted in the same transaction. */
export async function endRestore(deps: Deps, restore: Restore, fact: RestoreEnded): Promise<void> {
  const { backup, database, id } = restore;
  const succeeded = fact.kind === 'restore-succeeded';
  const metadata = succeeded ? { duration_seconds: fact.seconds } : { error: fact.reason };
  const outcome = succeeded ? { seconds: fact.seconds, safety_backup: fact.safetyBackup } : { reason: fact.reason };
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `update restores set status = $2, completed_at = now(), metadata = metadata - $4::text[] || $3::jsonb where id = $1`,
      [
        id,
        succeeded ? 'success' : 'failed',
        JSON.stringify(metadata),
        succeeded ? ['progress', 'incomplete'] : ['progress'],
      ],
    );
    await recordAudit(em, {
      action: succeeded ? 'database.restored' : 'database.restore_fail',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: fact.database, restore: id, backup: backup.id, ...outcome },
    });
    await notifyRestoreEnded(em, database, id, fact);
    if (!succeeded && restore.metadata.into_new) await discard(deps, em, restore);
  });
}

/** Deletes the database that was created for the restore, unless an application uses it already. */
async function discard(deps: Deps, em: EntityManager, { backup, database, id }: Restore): Promise<void> {
  if ((await em.count(EnvVar, { database })) > 0) return;
  const name = databaseName(database);
  const service = serviceName(database.project.name, database.name, database.id);
  const volume = await em.findOne(Volume, { database });
  // The restore's row would go with its database.
  await executeSql(
    em,
    `update restores set database_id = $2, metadata = metadata || jsonb_build_object('into', $3::text) where id = $1`,
    [id, backup.database.id, name],
  );
  await recordAudit(em, {
    action: 'database.delete',
    resourceType: 'database',
    resourceId: database.id,
    details: { name, type: database.type, data: volume ? 'deleted' : 'none', restore: id },
  });
  await em.nativeDelete(Volume, { database });
  await em.nativeDelete(ManagedDatabase, { id: database.id });
  await enqueueRemoval(deps, em, { service, ...(volume && { volume: volumeName(volume, database.id) }) });
}
