import { anyDuration, readDuration } from '../units/durations.ts';

/** Converts `--since` or `--until` to seconds ago. @throws {UsageError} */
export function secondsAgo(text: string): number {
  return readDuration(text, { ...anyDuration, examples: ['30s', '10m', '2h', '1d'] }) / 1_000;
}
