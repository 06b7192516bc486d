export interface ServiceLog {
  lines: string[];
  /** Why lines of some tasks are missing, e.g. ``node `host-2` is not available``; none as a rule. */
  missing: string[];
}

export interface LogOptions {
  lines: number;
  /** Seconds back from now. */
  sinceSeconds?: number;
  /** Each line begins with its time, in digits of one width, and a space (default: it does not). */
  times?: boolean;
}

export interface FollowLogOptions {
  /** Of each task, before what it prints from now on (default all). */
  lines?: number;
  /** Only what was printed after a line of this time, as in `FollowedLine` (default: from the start). */
  after?: string;
}

export interface FollowedLine {
  /** RFC 3339 with nanoseconds; of one service they can be compared as text. */
  time: string;
  text: string;
}
