import { requireZone } from '../../../units/time-zones.ts';
import type { Cron } from 'croner';
import { type FreezeWindow, maxFreezeMinutes } from '../../../entities/freeze-window.ts';
import { UsageError } from '../../../errors.ts';
import { type DurationLimits, readDuration } from '../../../units/durations.ts';
import { cronIn, fivePartCron } from '../../five-part-cron.ts';
import { quoted } from '../../../quoted.ts';

const minuteMs = 60_000;
const lengths: DurationLimits = {
  least: '1m',
  most: `${maxFreezeMinutes / (24 * 60)}d`,
  whole: 'minute',
  examples: ['90m', '64h', '2d12h'],
};

/** When a project's freeze windows start and how long they last. */
export type FreezeTimes = Pick<FreezeWindow, 'starts' | 'durationMinutes' | 'zone' | 'reason'>;

/** An active freeze. */
export interface Freeze {
  until: Date;
  zone: string;
  reason: string;
}

/** The freeze active at `now`; of several, the one that ends last. */
export function freezeAt(windows: readonly FreezeTimes[], now: Date): Freeze | undefined {
  const on = windows.flatMap((window) => {
    const begun = lastStart(window, now);
    const until = begun && new Date(begun.getTime() + window.durationMinutes * minuteMs);
    return until && until > now ? [{ until, zone: window.zone, reason: window.reason }] : [];
  });
  return on.sort((one, other) => other.until.getTime() - one.until.getTime())[0];
}

/** The next start of the window; undefined when there is none. */
export function nextStart(window: Pick<FreezeTimes, 'starts' | 'zone'>, now: Date): Date | undefined {
  return schedule(window).nextRun(now) ?? undefined;
}

/** @throws {UsageError} when the expression or zone is invalid, or never matches. */
export function requireSchedule(window: Pick<FreezeTimes, 'starts' | 'zone'>): void {
  requireZone(window.zone);
  if (!fivePartCron(window.starts, window.zone)) {
    throw new UsageError(
      `${quoted(window.starts)} is not a cron expression for the start of a freeze. Write minute, hour, day, month and weekday, ` +
        'in quotes: `"0 16 * * FRI"` is every Friday at 16:00.',
    );
  }
}

/** Minutes in `64h`, `90m`, `2d`, `1d12h`. @throws {UsageError} unless it is a duration from a minute to 31 days. */
export function freezeMinutes(text: string): number {
  return readDuration(text, lengths) / minuteMs;
}

function schedule({ starts, zone }: Pick<FreezeTimes, 'starts' | 'zone'>): Cron {
  return cronIn(zone, starts);
}

function lastStart(window: FreezeTimes, now: Date): Date | undefined {
  // previousRuns is strictly before its argument, to the second; a window starting right now counts.
  return schedule(window).previousRuns(1, new Date(now.getTime() + 1_000))[0];
}
