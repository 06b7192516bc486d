import type { DatabaseLogin, ToolRun } from './dump-tool.ts';

/** What an engine writes before it changes its files, between two of its positions. */
export interface LogRange {
  /** The piece of the log in which it begins. */
  first: string;
  /** The last position to fetch. */
  last: string;
}

/** What is known of a log. */
export interface LogPositions {
  archived: string;
  keepFrom: string;
  seen?: string | undefined;
}

/** Where a server's log is, as `state` prints it in JSON. */
export interface LogState {
  /** Identity of the server's files. */
  system: string;
  /** Which of several histories of them: it changes when a server recovers to a moment or is promoted. */
  timeline: string;
  /** What is committed by now, ISO 8601 in UTC, is before `end` unless `more` is to be fetched. */
  now: string;
  /** A position that was marked after `now`, if anything was committed since `seen`: a log that ends before it is cut off. */
  mark?: string;
  /** Changes with whatever is committed. */
  seen: string;
  /** Why files and log cannot be recovered by another server, if so. */
  obstacle?: string;
  range: LogRange;
  end: string;
  /** Sorts as text like `end`. */
  order: string;
  /** Whether `end` is not all there is: an archive that was behind catches up in steps. */
  more: boolean;
  /** Not yet archived, bytes. */
  behind: number;
  /** False when the server may have removed pieces that are not archived. */
  kept: boolean;
}

/** How an engine is brought to what it held at any moment. Pure: nothing here reaches a server. */
export interface PointInTime {
  /**
   * Has the server keep its log from `keepFrom` on, and prints how much there is after `archived`.
   * Without positions it begins with what is written now.
   */
  state(login: DatabaseLogin, positions?: LogPositions): ToolRun;
  readState(printed: string): LogState;
  /** Whether the first position is before the second. */
  isBefore(one: string, other: string): boolean;
  /** Writes the pieces of the log as a tar. */
  fetch(login: DatabaseLogin, range: LogRange): ToolRun;
  /** Writes the server's files as a tar. */
  base(login: DatabaseLogin): ToolRun;
  /** The server keeps its log for nobody any more. */
  forget(login: DatabaseLogin): ToolRun;
  /** What a server is given to recover from files and log in `dataPath`: to a moment, or as far as the log goes. */
  recovery(dataPath: string, at: Date | undefined): { args: string[]; env: Record<string, string>; signal: string };
  /** Whether what was to be fetched is on the server no longer. */
  isRemoved(message: string): boolean;
  /** Prints how far a recovered server has read its log. */
  replayed(login: DatabaseLogin): ToolRun;
  /** Whether a server gave up because the log has nothing after the moment. */
  endedBefore(message: string): boolean;
}
