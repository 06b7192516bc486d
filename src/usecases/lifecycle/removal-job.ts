import type { EntityManager } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

export const removeApplicationJobName = 'remove-application';

/** Has what a deleted application left on Docker removed; inside the caller's transaction. */
export async function enqueueRemovalOf({ queue }: Pick<Deps, 'queue'>, em: EntityManager, id: string): Promise<void> {
  const key = `${removeApplicationJobName}-${id}`;
  await queue.enqueueJob({ name: removeApplicationJobName, lane: 'quick', key, input: { application: id } }, em);
}
