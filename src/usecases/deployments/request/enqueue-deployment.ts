import type { EntityManager } from '../../../database/database.ts';
import type { Deps } from '../../deps.ts';

/** Longest time that deployments of previews stand back behind others, milliseconds. */
export const previewPatienceMs = 10 * 60_000;

/** Queues the waiting deployment of an application, inside the caller's transaction; previews let others go first. */
export async function enqueueDeployment(
  { queue }: Pick<Deps, 'queue'>,
  em: EntityManager,
  { id, previewOf }: { id: string; previewOf?: object | string | null | undefined },
): Promise<void> {
  await queue.enqueueDeployment(em, id, previewOf ? 'when nothing else waits' : undefined);
}
