import type { NotificationRoute } from '../../entities/notification-route.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

type Quiet = Pick<NotificationRoute, 'quiet' | 'zone'>;

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/**
 * When the current quiet hours end; undefined outside quiet hours. In local time of the route's zone, so a change of
 * daylight saving time makes a night shorter or longer.
 */
export function quietUntil({ quiet, zone }: Quiet, now: Date): Date | undefined {
  if (quiet === null || quiet === undefined) return undefined;
  const [from = 0, to = 0] = quiet.split('-').map(minutesOf);
  const clock = clockIn(zone);
  const at = clock(now);
  if (!isWithin(at, from, to)) return undefined;
  const minute = Math.floor(now.getTime() / minuteMs) * minuteMs;
  const end = new Date(minute + ((to - at + dayMinutes) % dayMinutes) * minuteMs);
  if (clock(end) === to) return end;
  // The clock changes before that. Minute by minute, at most a day.
  let until = minute + minuteMs;
  while (isWithin(clock(new Date(until)), from, to)) until += minuteMs;
  return new Date(until);
}

/** Normalises `22:00-07:00` for storage. @throws {UsageError} */
export function parseQuiet(text: string): string {
  const match = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/.exec(text.trim());
  const times = (match ?? []).slice(1).map(Number);
  const [fromHour = 24, fromMinute = 0, toHour = 24, toMinute = 0] = times;
  const valid = fromHour < 24 && toHour < 24 && fromMinute < 60 && toMinute < 60;
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (match && valid && from !== to) return `${clockText(from)}-${clockText(to)}`;
  throw new UsageError(`${quoted(text)} is not a quiet-hours range. Write it as \`22:00-07:00\`.`);
}

function minutesOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}

function clockText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isWithin(at: number, from: number, to: number): boolean {
  return from < to ? at >= from && at < to : at >= from || at < to;
}

/** Making one takes longer than formatting a day of minutes; there are a few hundred zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight in the zone. */
function clockIn(zone: string): (now: Date) => number {
  const options = { timeZone: zone, hour: '2-digit', minute: '2-digit' } as const;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', options);
  formats.set(zone, format);
  return (now) => minutesOf(format.format(now)) % dayMinutes;
}
