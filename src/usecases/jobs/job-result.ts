/**
 * Work that ended without success for a reason that another attempt does not change. Whoever it concerns has been told,
 * so the run is recorded as `failed` and nothing else happens.
 */
export interface FailedWork {
  failed: string;
}

/** A short result for `schedule list`, e.g. `3 renewed`. */
export type JobResult = string | FailedWork;
