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

/** A time as `formatTime` writes it in UTC. */
const utcTimes = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC(?![\w/+-])/g;

/** The parts of a text: what is a time in UTC, for platforms that show the reader's, and everything else. */
export function splitTimes(text: string): (string | { at: Date; text: string })[] {
  const parts: (string | { at: Date; text: string })[] = [];
  let from = 0;
  for (const match of text.matchAll(utcTimes)) {
    const at = new Date(`${match[1]}T${match[2]}:00Z`);
    if (Number.isNaN(at.getTime())) continue;
    parts.push(text.slice(from, match.index), { at, text: match[0] });
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== '');
}
