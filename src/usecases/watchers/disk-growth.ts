import type { Disk, DiskSample } from '../../entities/disk.ts';

/** Shortest observation, seconds; anything shorter cannot tell growth from a few builds. */
const leastSpan = 6 * 3_600;
const daySeconds = 86_400;

/** Longest forecast, days. */
const mostDays = 365;

/**
 * Days until the disk is full, by linear regression over the samples; undefined when usage does not grow or the samples
 * cover too little time.
 */
export function fullInDays({ samples, freeBytes }: Pick<Disk, 'samples' | 'freeBytes'>): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last[0] - first[0] < leastSpan) return undefined;
  const perSecond = slope(samples);
  if (perSecond <= 0) return undefined;
  const days = freeBytes / perSecond / daySeconds;
  return days > mostDays ? undefined : days;
}

/** Least squares, bytes per second. */
function slope(samples: readonly DiskSample[]): number {
  const count = samples.length;
  const middle = (at: 0 | 1) => samples.reduce((sum, sample) => sum + sample[at], 0) / count;
  const [time, used] = [middle(0), middle(1)];
  const spread = samples.reduce((sum, [at]) => sum + (at - time) ** 2, 0);
  return samples.reduce((sum, [at, bytes]) => sum + (at - time) * (bytes - used), 0) / spread;
}
