import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { Leftovers } from './database-jobs.ts';

const attempts = 20;
const pauseMs = 500;

/** Removes a deleted database's service, secrets and volume. Idempotent. */
export async function removeLeftovers(
  deps: Deps,
  { service, volume }: Leftovers,
  signal: AbortSignal,
): Promise<string> {
  await deps.swarm.remove(service);
  if (volume === undefined) return 'removed';
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deps.swarm.removeVolume(volume);
      return 'removed with its data';
    } catch (error) {
      // The Engine releases a volume a moment after its container is gone.
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
}
