import type { RolloutProgress } from '../swarm.ts';
import type { Task } from './task.ts';

/** Result of one inspection of a service and its tasks; `follow` adds what depends on time. */
export interface Observation {
  progress: RolloutProgress & { state: Exclude<RolloutProgress['state'], 'converged'> };
  /** Whether Swarm itself is still at work on the update, and so watches for failures and rolls back. */
  swarmActs: boolean;
  /** Healthy tasks of the present spec. */
  healthy: Task[];
  /** Their ids, sorted: when they change, the time of watching starts anew. */
  healthyIds: string[];
  /** Ids of tasks of the present spec that ended by themselves since the roll-out began. */
  failedIds: string[];
  /** Tasks of the present spec that start, or wait for their health check. */
  starting: Task[];
  /** Tasks that `taskErrors` is drawn from. */
  failing: Task[];
  /** Some tasks wait because no node takes them, and no other is on its way. */
  stuck: boolean;
}
