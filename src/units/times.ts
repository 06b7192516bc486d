import { formatAge } from './durations.ts';

/** A time to the minute, as people read it: `2026-11-30 08:00 Europe/Berlin`. */
export function formatTime(date: Date, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(date)} ${zone}`;
}

/** A time to the second in UTC, as the columns headed `(UTC)` of tables have it: `2026-11-30 08:00:12`. */
export function formatSecond(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** A time that was planned in a zone: in UTC, which chats show as the reader's, and there. */
export function formatPlanned(date: Date, zone: string): string {
  const utc = formatTime(date);
  return zone === 'UTC' ? utc : `${utc} (${formatTime(date, zone)})`;
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
    const at = momentOf(match[1], match[2]);
    if (!at) continue;
    parts.push(text.slice(from, match.index), { at, text: match[0] });
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== '');
}

/** A text with its times in UTC as clocks in the zone show them. One that says the same in its zone says it once. */
export function timesIn(text: string, zone: string): string {
  const told = splitTimes(text).map((part) => (typeof part === 'string' ? part : formatTime(part.at, zone)));
  return told.join('').replaceAll(/(\d{4}-\d\d-\d\d \d\d:\d\d [\w/+-]+) \(\1\)/g, '$1');
}

const bareTime = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)?$/;

/** The same of a cell that is a time in UTC without saying so, as its column does. */
export function bareTimeIn(cell: string, zone: string): string {
  const [, day, minute, second = ''] = bareTime.exec(cell) ?? [];
  const at = momentOf(day, minute);
  return at ? `${formatTime(at, zone).slice(0, 16)}${second}` : cell;
}

function momentOf(day: string | undefined, minute: string | undefined): Date | undefined {
  if (day === undefined || minute === undefined) return undefined;
  const at = new Date(`${day}T${minute}:00Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
