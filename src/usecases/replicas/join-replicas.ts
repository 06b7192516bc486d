import { hostname } from 'node:os';
import type { Lease } from '../../database/lease.ts';
import type { Deps } from '../deps.ts';
import { otherReplicas, removeReplica, replicaLease, storeReplica } from './replicas.ts';
import { notShared, sharedSettings } from './shared-settings.ts';

/** How soon a replica whose connection broke says again that it lives, milliseconds. */
const againMs = 10_000;

/**
 * Registers this process with the others on the database until it leaves, or ends in any way: its lease does too. Logs
 * what they do not share although they have to.
 */
export async function joinReplicas(deps: Deps): Promise<{ leave(): Promise<void> }> {
  const { leases, logger, replicaId: id } = deps;
  const settings = sharedSettings(deps.config, hostname());
  let lease: Lease | undefined;

  /** The lease first: what has none is taken for dead. */
  async function join(): Promise<void> {
    if (lease && !lease.lost.aborted) return;
    lease = await leases.tryAcquire(replicaLease(id));
    if (lease) await storeReplica(deps, id, settings);
  }

  await join();
  const others = await otherReplicas(deps, id);
  for (const why of new Set(others.flatMap((other) => notShared(settings, other)))) logger.warn(why);
  const timer = setInterval(() => {
    join().catch((error: unknown) => logger.debug({ err: error }, 'not registered with the other replicas for now'));
  }, againMs).unref();

  return {
    async leave() {
      clearInterval(timer);
      try {
        await removeReplica(deps, id);
        await lease?.release();
      } catch (error) {
        // The others see by the lease that it is gone.
        logger.debug({ err: error }, 'left the other replicas without a word');
      }
    },
  };
}
