import { Cron } from 'croner';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { requireZone } from '../../units/time-zones.ts';

const form = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(?: ?(Z|UTC|[A-Z][A-Za-z_]+\/[A-Za-z0-9_+/-]+))?$/;

/**
 * A moment as people write it: in the zone at its end, or in their own. Of a local time that occurs twice it is the first.
 * @throws {UsageError} when it is none.
 */
export function readMoment(text: string, usualZone: string): { at: Date; zone: string } {
  const [, day, clock, seconds = ':00', named = usualZone] = form.exec(text.trim()) ?? [];
  if (day === undefined) {
    throw new UsageError(
      `${quoted(text)} is not a moment. Write it like \`2026-11-28 10:05\` or \`2026-11-28 10:05:30 Europe/Berlin\`.`,
    );
  }
  const zone = named === 'Z' ? 'UTC' : named;
  requireZone(zone);
  try {
    // Croner takes the 30th of February for the 2nd of March.
    const isDay = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
    const at = isDay && new Cron(`${day}T${clock}${seconds}`, { timezone: zone, paused: true }).nextRun(new Date(0));
    if (at) return { at, zone };
  } catch {
    // No such day or hour; said below.
  }
  throw new UsageError(`${quoted(text)} is not on the calendar.`);
}
