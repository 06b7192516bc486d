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

/** Growth within this is a build or a pull, and after that it tells nothing of now, seconds. */
const shortSpan = { least: 20 * 60, most: 2 * 3_600 };

/** A disk as it is now: seconds since 1970, and bytes. */
export interface DiskNow {
  at: number;
  used: number;
  free: number;
}

/**
 * Hours until the disk is full at the rate of the last 20 to 80 minutes; undefined when usage does not grow, or has not been
 * watched for so long.
 */
export function fullInHours(samples: readonly DiskSample[], { at, free, used }: DiskNow): number | undefined {
  const from = samples.findLast((sample) => at - sample[0] >= shortSpan.least);
  if (!from || at - from[0] > shortSpan.most) return undefined;
  const perHour = ((used - from[1]) / (at - from[0])) * 3_600;
  return perHour > 0 ? free / perHour : undefined;
}

/** A disk that is full within so many hours is filling fast, until it is not within twice as many. */
export const soonHours = 6;
/** Below, the thresholds come first, percent. */
const leastPercent = 50;

export interface Growth {
  hours: number | undefined;
  usedPercent: number;
  /** Hours until it is full at the rate since it was looked at last. */
  hoursOfLate: number | undefined;
  /** Whether it was filling fast when it was looked at last. */
  was: boolean;
}

/** Whether it fills while one looks on. It begins only while it goes on: what is over by now was a large build. */
export function fillsFast({ hours, hoursOfLate, usedPercent, was }: Growth): boolean {
  if (hours === undefined || usedPercent < leastPercent) return false;
  if (was) return hours <= 2 * soonHours;
  return hours <= soonHours && hoursOfLate !== undefined && hoursOfLate <= 2 * soonHours;
}

/** Least squares, bytes per second. */
function slope(samples: readonly DiskSample[]): number {
  const count = samples.length;
  const middle = (at: 0 | 1) => samples.reduce((sum, sample) => sum + sample[at], 0) / count;
  const [time, used] = [middle(0), middle(1)];
  const spread = samples.reduce((sum, [at]) => sum + (at - time) ** 2, 0);
  return samples.reduce((sum, [at, bytes]) => sum + (at - time) * (bytes - used), 0) / spread;
}
