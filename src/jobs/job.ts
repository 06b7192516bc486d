import type { Lane } from '../queue/queue.ts';
import type { Deps } from '../usecases/deps.ts';

/** One run of a job. */
export interface JobRun {
  /** What the run was enqueued with; `{}` when the schedule did. */
  input: Record<string, unknown>;
  /** Aborts when the process has to stop or the run takes too long; the queue then hands it to the next one. */
  signal: AbortSignal;
}

/** Background work. A tick of its schedule only enqueues it; any replica may run it. */
export interface Job {
  /** Also the name in the queue, in logs and in the audit, e.g. `renew-certificates`. */
  name: string;
  /** What it is for, as `schedule list` shows it. */
  summary: string;
  /** Cron expression, UTC. Left out: only use cases enqueue it. */
  schedule?: string;
  /** Default `quick`: it ends within minutes. */
  lane?: Lane;
  /** Resolves with what came of it in a few words, as `schedule list` shows it, e.g. `3 renewed`. */
  run(deps: Deps, run: JobRun): Promise<string | void>;
}
