import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { DatabaseConfig } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';

export const reconcileDatabaseJobName = 'reconcile-database';
export const removeDatabaseJobName = 'remove-database';
export const rotateBackupsJobName = 'rotate-backups';

/** How a database was before a change, to go back to when the change does not come up. */
export interface Before {
  version: string;
  config: DatabaseConfig;
}

/** Has Swarm brought to what the row says, once the caller's transaction has committed. */
export async function enqueueReconciling(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  databaseId: string,
  before?: Before,
): Promise<void> {
  const input = { databaseId, ...(before && { before }) };
  await queue.enqueueJob({ name: reconcileDatabaseJobName, lane: 'quick', key: `settle-${randomUUID()}`, input }, em);
}

/** What a deleted database leaves on Swarm. */
export interface Leftovers {
  service: string;
  /** Docker volume, with the data. */
  volume?: string;
}

/** Has it removed, once the caller's transaction has committed. */
export async function enqueueRemoval(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  leftovers: Leftovers,
): Promise<void> {
  const key = `remove-${leftovers.service}`;
  await queue.enqueueJob({ name: removeDatabaseJobName, lane: 'quick', key, input: { ...leftovers } }, em);
}

/** Has the backups of a deleted database removed from the store, once the caller's transaction has committed. */
export async function enqueueForgetting(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  databaseId: string,
): Promise<void> {
  const key = `forget-${databaseId}`;
  await queue.enqueueJob({ name: rotateBackupsJobName, lane: 'long', key, input: { deleted: databaseId } }, em);
}
