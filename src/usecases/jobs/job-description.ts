import type { Lane } from '../../queue/queue.ts';

/** What people see of a job. */
export interface JobDescription {
  /** Also the name in the queue, in logs and in the audit, e.g. `renew-certificates`. */
  name: string;
  /** What it is for, as `schedule list` shows it. */
  summary: string;
  /** Cron expression, UTC. Left out: only use cases enqueue it. */
  schedule?: string;
  /** Also enqueued when a Shipmate starts. */
  atStart?: true;
  /** Default `quick`: it ends within minutes. */
  lane?: Lane;
  /** With the input `{ dryRun: true }` it changes nothing and says what it would do. */
  dryRun?: true;
}
