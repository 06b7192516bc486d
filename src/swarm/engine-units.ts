import { UserError } from '../errors.ts';
import { anyDuration, readDuration } from '../units/durations.ts';

export function secondsToNanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}

/** Nanoseconds of a duration setting, e.g. `1m30s`. @throws {UsageError} when it is malformed. */
export function nanosecondsOf(duration: string): number {
  return Math.round(readDuration(duration, anyDuration) * 1e6);
}

/**
 * Billionths of a CPU, the Engine's unit, of `0.5`, `2`.
 * @throws {UserError} when it is not a positive number.
 */
export function parseCpus(text: string): number {
  const cpus = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  if (cpus <= 0) throw new UserError(`\`${text}\` is not a number of CPUs. Examples: \`0.5\`, \`2\`.`);
  return Math.round(cpus * 1e9);
}
