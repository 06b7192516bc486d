import type { Deps } from '../usecases/deps.ts';
import type { JobDescription } from '../usecases/jobs/job-description.ts';
import type { JobResult } from '../usecases/jobs/job-result.ts';

/** One run of a job. */
export interface JobRun {
  /** Input of the run; `{}` for a scheduled one. */
  input: Record<string, unknown>;
  /** Aborts when the process stops or the run takes too long; the queue then retries it elsewhere. */
  signal: AbortSignal;
}

/**
 * Background work. A tick of its schedule only enqueues it; any replica may run it. Scheduled runs and runs by hand
 * never overlap; runs with an input may run in parallel.
 */
export interface Job extends JobDescription {
  run(deps: Deps, run: JobRun): Promise<JobResult | void>;
}
