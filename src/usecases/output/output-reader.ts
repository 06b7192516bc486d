import type { Application } from '../../entities/application.ts';
import type { FollowedLine } from '../../swarm/services/log-options.ts';

/** Takes what a reader finds. */
export interface OutputSink {
  /** Waits while more is held than followers take. */
  line(line: FollowedLine, service?: string): Promise<void>;
  note(text: string): void;
}

/** Reads one target, for all who follow it. */
export interface OutputReader {
  /** Its secrets are redacted. */
  application: Application;
  /** So many lines are given to one who begins to follow. */
  newest: number;
  /**
   * Reads until there is no more to come, or `signal` aborts.
   * @param resumes Its first follower has followed another reader before, and has all but the last lines.
   */
  read(sink: OutputSink, resumes: boolean, signal: AbortSignal): Promise<{ text: string; exitCode?: number }>;
}
