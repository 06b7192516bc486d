import type { Lane } from '../../queue/queue.ts';

/** What people see of a job. */
export interface JobDescription {
  /** Also its name in the queue, logs and audit log, e.g. `renew-certificates`. */
  name: string;
  /** Its names in earlier versions, whose queued jobs still run. */
  formerNames?: readonly string[];
  /** Purpose, shown by `schedule list`. */
  summary: string;
  /** Cron expression, UTC. Left out: only use cases enqueue it. */
  schedule?: string;
  /** Also enqueued when a Shipmate starts. */
  atStart?: true;
  /** Default `quick`: it ends within minutes. */
  lane?: Lane;
  /** Whether the input `{ dryRun: true }` makes it report what it would do without changing anything. */
  dryRun?: true;
}
