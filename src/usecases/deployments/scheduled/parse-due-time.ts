import type { ParsedResult } from 'chrono-node';
import { Cron } from 'croner';
import { UsageError } from '../../../errors.ts';
import { quoted } from '../../../quoted.ts';
import { formatPlanned } from '../../../units/times.ts';
import { requireZone } from '../../../units/time-zones.ts';

/** How far ahead a deployment may be scheduled, days: what is older is forgotten by those who asked. */
const mostDays = 30;
const mostText = 100;

const examples = '`tomorrow 06:00`, `friday 18:00 Europe/Berlin`, `2026-12-01 06:00`, `in 2 hours`';
const zoneAtEnd = /\s+([A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2})$/;
/** `1.12.` is a day of January for some and of December for others. */
const ambiguous = /\d{1,2}[./]\d{1,2}\b/;

/** `CST` is a zone of America, of China and of Cuba, and many say `EST` in summer. */
const abbreviation = /(?:\d:\d\d|\d\s?[ap]m)\s+(?!UTC$|GMT$|[ap]m$)([a-z]{2,5})$/i;

/** A moment, and the zone in which people think of it. */
export interface DueTime {
  at: Date;
  zone: string;
}

/**
 * When `tomorrow 06:00` is, in the zone at its end, by its offset or in that of the person. A local time that a change
 * of the clock skips is an hour later; of one that occurs twice it is the first.
 * @throws {UsageError} when it is no time, has no time of day, is over, or too far ahead.
 */
export async function parseDueTime(given: string, usualZone: string, now: Date): Promise<DueTime> {
  const text = given.trim();
  if (text.length > mostText) throw new UsageError(`\`--at\` takes at most ${mostText} characters.`);
  const named = zoneAtEnd.exec(text)?.[1];
  const zone = named ?? usualZone;
  requireZone(zone);
  const time = named === undefined ? text : text.slice(0, -named.length).trim();
  const start = await readTime(time, zone, now);
  const at = momentOf(start, zone);
  if (start.isCertain('timezoneOffset')) requireOneMeaning(time, { at, clock: clockTime(start, zone) }, zone);
  if (at <= now) throw new UsageError(`${quoted(given)} is over: ${formatPlanned(at, zone)}. Give a time to come.`);
  if (at.getTime() - now.getTime() > mostDays * 24 * 3_600_000)
    throw new UsageError(`${quoted(given)} is more than ${mostDays} days ahead.`);
  return { at, zone };
}

async function readTime(text: string, zone: string, now: Date): Promise<ParsedResult['start']> {
  const { parse } = await import('chrono-node/en');
  if (ambiguous.test(text)) {
    throw new UsageError(`${quoted(text)} can be read as two dates. Write the date as \`2026-12-01\`.`);
  }
  const reference = { instant: now, timezone: offsetOf(zone, now) };
  const [found, other] = parse(text, reference, { forwardDate: true });
  if (!found || other || found.end || found.text.length !== text.length)
    throw new UsageError(`${quoted(text)} is not a time. Examples: ${examples}.`);
  if (!found.start.isCertain('hour') && !/^in\b/i.test(text))
    throw new UsageError(`${quoted(text)} has no time of day. Example: \`--at "${text} 06:00"\`.`);
  return found.start;
}

/** An abbreviated zone counts only if it is the person's at that time, so that it cannot be another one. */
function requireOneMeaning(text: string, { at, clock }: { at: Date; clock: Date }, zone: string): void {
  const name = abbreviation.exec(text)?.[1];
  if (name === undefined || at.getTime() === clock.getTime()) return;
  throw new UsageError(
    `${quoted(name)} is not what clocks in ${zone} show then, and may name several zones. Write the zone, e.g. ` +
      `\`${text.slice(0, -name.length)}America/New_York\`, or an offset, e.g. \`2026-12-01T06:00-05:00\`.`,
  );
}

/** One with an offset is a moment; any other is what clocks in the zone show. */
function momentOf(start: ParsedResult['start'], zone: string): Date {
  return start.isCertain('timezoneOffset') ? start.date() : clockTime(start, zone);
}

/** When clocks in the zone show it. */
function clockTime(start: ParsedResult['start'], zone: string): Date {
  const two = (part: 'month' | 'day' | 'hour' | 'minute') => String(start.get(part) ?? 0).padStart(2, '0');
  const clock = `${start.get('year')}-${two('month')}-${two('day')}T${two('hour')}:${two('minute')}:00`;
  const at = new Cron(clock, { timezone: zone, paused: true }).nextRun(new Date(0));
  if (!at) throw new Error(`no moment at which it is ${clock} in ${zone}`);
  return at;
}

/** Minutes that the zone is ahead of UTC. */
function offsetOf(zone: string, now: Date): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
