import { formatAge } from './durations.ts';

/** A time to the minute, as people read it: `2026-11-30 08:00 Europe/Berlin`. */
export function formatTime(date: Date, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(date)} ${zone}`;
}

/** A day by UTC: `2026-11-30`. */
export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `3 min ago`; the largest unit that fits, rounded down. */
export function formatAgo(then: Date, now = new Date()): string {
  return `${formatAge(now.getTime() - then.getTime())} ago`;
}
