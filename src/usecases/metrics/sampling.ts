import type { Lease } from '../../database/lease.ts';
import type { Deps } from '../deps.ts';
import { judgeUsage } from './judge-usage.ts';
import { measureUsage, type Readings, readingsOf } from './measure-usage.ts';
import { keepPartitions, storeUsage } from './store-usage.ts';

export type SamplingDeps = Pick<Deps, 'database' | 'leases' | 'logger' | 'swarm'>;

/** The readings of one process. */
export interface Sampling {
  /**
   * Measures the tasks on the own Engine's node and stores it. @returns what was done; undefined when another Shipmate
   * measures this node.
   */
  sample(signal: AbortSignal, now?: Date): Promise<string | undefined>;
  /** Lets another Shipmate measure the node. */
  release(): Promise<void>;
}

interface Claim {
  node: string;
  lease: Lease;
  /** Undefined before the first look. */
  before: Readings | undefined;
}

/**
 * One Shipmate measures a node, for as long as it holds the node's lease: rates come from two readings of the same
 * process. Shipmates beside other managers measure theirs.
 */
export function createSampling({ database, leases, logger, swarm }: SamplingDeps): Sampling {
  let claim: Claim | undefined;
  let keptOn: string | undefined;

  async function release(): Promise<void> {
    const given = claim;
    claim = undefined;
    await given?.lease.release();
  }

  async function claimOf(node: string): Promise<Claim | undefined> {
    if (claim?.node === node && !claim.lease.lost.aborted) return claim;
    await release();
    const lease = await leases.tryAcquire(`task-metrics:${node}`);
    claim = lease && { node, lease, before: undefined };
    return claim;
  }

  /** Once a day. Without them, rows go to the default partition meanwhile. */
  async function keep(now: Date): Promise<void> {
    const day = now.toISOString().slice(0, 10);
    if (keptOn === day) return;
    try {
      await database.asSystem().transactional(keepPartitions);
      keptOn = day;
    } catch (error) {
      logger.warn({ err: error }, 'could not make or drop partitions of task metrics; tried again in a minute');
    }
  }

  return {
    async sample(signal, now = new Date()) {
      const own = await claimOf(await swarm.ownNode());
      if (!own) return undefined;
      const usage = await swarm.usage(own.node, signal);
      const measured = measureUsage(usage, own.before);
      await keep(now);
      await database.asSystem().transactional(async (em) => {
        await storeUsage(em, own.node, now, measured);
        await judgeUsage(em, own.node, now);
      });
      own.before = readingsOf(usage);
      const tasks = `${usage.running.length} ${usage.running.length === 1 ? 'task' : 'tasks'}`;
      return usage.left === 0 ? tasks : `${tasks}; ${usage.left} more are too many and were left out`;
    },
    release,
  };
}
