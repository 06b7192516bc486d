import type { Deps } from '../usecases/deps.ts';

/** Background work with a schedule. A tick only enqueues it; any replica may run it. */
export interface Job {
  /** Also the name in the queue, in logs and in the audit. */
  name: string;
  /** Cron expression, UTC. */
  schedule: string;
  run(deps: Deps, signal: AbortSignal): Promise<void>;
}
