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
  /** Nothing that was printed before (default: from the start). */
  since?: Date;
}

export interface FollowedLine {
  /** RFC 3339 with nanoseconds; of one service they can be compared as text. */
  time: string;
  text: string;
}
