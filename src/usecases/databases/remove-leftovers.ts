import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { Leftovers } from './database-jobs.ts';

const attempts = 20;
const pauseMs = 500;

/** Removes what a deleted database left: its service with the secrets, and its volume. Does nothing twice. */
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
      // The Engine lets go of a volume a moment after the container that used it.
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
}
