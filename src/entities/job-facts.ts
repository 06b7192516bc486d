// Of `notification-facts.ts`: background work.

/** A scheduled command of an application. */
export interface CommandFailed {
  kind: 'command-failed';
  application: string;
  /** The beginning of its id. */
  command: string;
  reason: string | null;
  attempts: number;
}

/** No Shipmate ran at its time. */
export interface CommandMissed {
  kind: 'command-missed';
  application: string;
  command: string;
  /** The last of the missed times. */
  due: string;
  /** Since when none ran. */
  since: string;
  count: number;
}

export interface JobFailed {
  kind: 'job-failed';
  job: string;
  reason: string | null;
  /** Whether it has a schedule, so that `schedule run` accepts it. */
  scheduled: boolean;
}

export interface JobRecovered {
  kind: 'job-recovered';
  job: string;
  result: string | null;
}
