import type { Deps } from '../usecases/deps.ts';
import type { JobDescription } from '../usecases/jobs/job-description.ts';

/** One run of a job. */
export interface JobRun {
  /** What the run was enqueued with; `{}` when the schedule did. */
  input: Record<string, unknown>;
  /** Aborts when the process has to stop or the run takes too long; the queue then hands it to the next one. */
  signal: AbortSignal;
}

/**
 * Background work. A tick of its schedule only enqueues it; any replica may run it. No two runs by the schedule or by
 * hand are at the same time; one with an input may run beside them.
 */
export interface Job extends JobDescription {
  /** Resolves with what came of it in a few words, as `schedule list` shows it, e.g. `3 renewed`. */
  run(deps: Deps, run: JobRun): Promise<string | void>;
}
