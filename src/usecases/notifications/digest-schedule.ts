import { Cron } from 'croner';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const defaultTime = '09:00';
const defaultDay = 'mon';

/** Default digest schedule. */
export const usualDigest = `weekly@${defaultDay}@${defaultTime}`;

/** When digests are due: `daily@09:00` or `weekly@mon@09:00`, in local time of the zone. */
export interface DigestTimes {
  digest: string;
  zone: string;
}

/** Normalises `daily`, `weekly@fri` or `weekly@9:30` for storage. @throws {UsageError} */
export function parseDigest(text: string): string {
  const [every, ...rest] = text.trim().toLowerCase().split('@');
  const day = rest.find((word) => weekdays.some((known) => word.startsWith(known)));
  const time = rest.find((word) => word !== day);
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(time ?? defaultTime) ?? [];
  const valid = hour !== '' && Number(hour) < 24 && Number(minute) < 60 && rest.length <= 2;
  const at = `${hour.padStart(2, '0')}:${minute}`;
  const both = day !== undefined && time !== undefined;
  if (valid && every === 'daily' && !day && rest.length < 2) return `daily@${at}`;
  if (valid && every === 'weekly' && (both || rest.length < 2))
    return `weekly@${(day ?? defaultDay).slice(0, 3)}@${at}`;
  throw new UsageError(
    `${quoted(text)} is not a digest schedule. Examples: \`daily\`, \`daily@08:30\`, \`weekly\`, \`weekly@fri@16:00\`.`,
  );
}

/**
 * The first digest time after `now`. A skipped local time moves to right after the gap; of a repeated one the first
 * counts.
 */
export function nextDigest(times: DigestTimes, now: Date): Date {
  const next = scheduleOf(times).nextRun(now);
  if (!next) throw new Error(`no next run of ${times.digest}`);
  return next;
}

/** The last `count` digest times up to and including `until`, oldest first. */
export function digestTimes(times: DigestTimes, count: number, until: Date): Date[] {
  // previousRuns is strictly before its argument, to the second.
  const runs = scheduleOf(times).previousRuns(count, new Date(until.getTime() + 1_000));
  return runs.sort((one, other) => one.getTime() - other.getTime());
}

export function isDaily(digest: string): boolean {
  return digest.startsWith('daily');
}

function scheduleOf({ digest, zone }: DigestTimes): Cron {
  const parts = digest.split('@');
  const [hour = '0', minute = '0'] = (parts.at(-1) ?? '').split(':');
  const day = isDaily(digest) ? '*' : (parts[1] ?? defaultDay);
  return new Cron(`${Number(minute)} ${Number(hour)} * * ${day}`, { timezone: zone, mode: '5-part', paused: true });
}
