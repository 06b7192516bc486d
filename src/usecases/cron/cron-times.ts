import type { CronCommand } from '../../entities/cron-command.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { requireZone } from '../../units/time-zones.ts';
import { cronIn, fivePartCron } from '../five-part-cron.ts';

/** Times further back are not counted, milliseconds. */
const longestLook = 24 * 3_600_000;

type Times = Pick<CronCommand, 'schedule' | 'zone'>;

/** @throws {UsageError} when the expression or zone is invalid, or never matches. */
export function requireCronTimes({ schedule, zone }: Times): void {
  requireZone(zone);
  if (fivePartCron(schedule, zone)) return;
  throw new UsageError(
    `${quoted(schedule)} is not a cron expression. Write minute, hour, day, month and weekday, in quotes: ` +
      '`"0 3 * * *"` is every day at 03:00.',
  );
}

/** Undefined when there is none. */
export function nextCronTime({ schedule, zone }: Times, after: Date): Date | undefined {
  return cronIn(zone, schedule).nextRun(after) ?? undefined;
}

/**
 * The times after `since` until `now`, at most those of a day: the last one, and how many they are. A time that a change of
 * clocks leaves out comes at its end, and one that comes twice comes once; those of a step or of every hour come with the
 * hours that there are.
 */
export function dueTimes(times: Times, since: Date, now: Date): { latest: Date; count: number } | undefined {
  let at = new Date(Math.max(since.getTime(), now.getTime() - longestLook));
  let [latest, count]: [Date | undefined, number] = [undefined, 0];
  for (;;) {
    const next = nextCronTime(times, at);
    if (!next || next > now) return latest && { latest, count };
    [latest, at, count] = [next, next, count + 1];
  }
}
