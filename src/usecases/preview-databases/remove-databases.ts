import { executeSql } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Volume } from '../../entities/volume.ts';
import { serviceName, volumeName } from '../../swarm/names.ts';
import { holdDatabase } from '../databases/database-lease.ts';
import { workLabels } from '../databases/work-labels.ts';
import { removeLeftovers } from '../databases/remove-leftovers.ts';
import { holdServer } from '../databases/server-lease.ts';
import type { Deps } from '../deps.ts';

/**
 * Removes databases of previews with everything they have: service, secrets, volume and rows. Their rows go last, so that
 * a removal that was interrupted is found. Their projects have to be loaded.
 */
export async function removePreviewDatabases(
  deps: Deps,
  databases: readonly ManagedDatabase[],
  signal: AbortSignal,
): Promise<void> {
  for (const database of databases) {
    await endWork(deps, database);
    const backups = await holdDatabase(deps, database.id, signal);
    try {
      const server = await holdServer(deps, database.id, signal);
      try {
        await remove(deps, database, signal);
      } finally {
        await server.release();
      }
    } finally {
      await backups.release();
    }
  }
}

/** Neither a start nor a restore that is under way brings it up again. */
async function endWork(deps: Deps, { id }: ManagedDatabase): Promise<void> {
  const em = deps.database.asSystem();
  await executeSql(em, `update databases set status = 'stopped' where id = $1`, [id]);
  const { rows } = await executeSql<{ id: string }>(
    em,
    `update restores set status = 'failed', completed_at = now(), metadata = metadata || '{"error": "The preview was removed."}'
     where database_id = $1 and status in ('pending', 'running') returning id`,
    [id],
  );
  for (const restore of rows) await deps.oneShots.removeLabelled(workLabels(restore.id));
}

async function remove(deps: Deps, { id, name, project }: ManagedDatabase, signal: AbortSignal): Promise<void> {
  const volume = await deps.database.asSystem().findOne(Volume, { database: id });
  const service = serviceName(project.name, name, id);
  await removeLeftovers(deps, { service, ...(volume && { volume: volumeName(volume, id) }) }, signal);
  await deps.database.asSystem().transactional(async (em) => {
    await em.nativeDelete(Volume, { database: id });
    await em.nativeDelete(ManagedDatabase, { id });
  });
}
