import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { DatabaseConfig } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';

export const reconcileDatabaseJobName = 'reconcile-database';
export const removeDatabaseJobName = 'remove-database';
export const rotateBackupsJobName = 'rotate-backups';
export const restoreJobName = 'restore-database';

/** A database's state before a change, to restore if the change does not come up. */
export interface Before {
  version: string;
  config: DatabaseConfig;
}

/** Enqueues the job that brings Swarm to the row's state, inside the caller's transaction. */
export async function enqueueReconciling(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  databaseId: string,
  before?: Before,
): Promise<void> {
  const input = { databaseId, ...(before && { before }) };
  await queue.enqueueJob({ name: reconcileDatabaseJobName, lane: 'quick', key: `settle-${randomUUID()}`, input }, em);
}

/** What a deleted database left on Swarm. */
export interface Leftovers {
  service: string;
  /** Docker volume, with the data. */
  volume?: string;
}

/** Enqueues its removal, inside the caller's transaction. */
export async function enqueueRemoval(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  leftovers: Leftovers,
): Promise<void> {
  const key = `remove-${leftovers.service}`;
  await queue.enqueueJob({ name: removeDatabaseJobName, lane: 'quick', key, input: { ...leftovers } }, em);
}

/** Enqueues the deletion of a deleted database's backups, inside the caller's transaction. */
export async function enqueueForgetting(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  databaseId: string,
): Promise<void> {
  const key = `forget-${databaseId}`;
  await queue.enqueueJob({ name: rotateBackupsJobName, lane: 'long', key, input: { deleted: databaseId } }, em);
}

/** Enqueues a restore, inside the caller's transaction. */
export async function enqueueRestore(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  { id }: { id: string },
): Promise<void> {
  const key = `restore:${id}:0`;
  await queue.enqueueJob({ name: restoreJobName, lane: 'long', key, input: { restore: id } }, em);
}
