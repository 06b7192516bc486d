import { Cron } from 'croner';

/** Characters. */
const maxLength = 100;

/** Croner's own rule takes only a single time for a fixed one: of `0 2,14 * * *` the night would be left out in spring. */
const fiveParts = { mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true } as const;

/**
 * A schedule of five parts: minute, hour, day, month and weekday. Undefined for any other text and for one that never
 * comes. Croner also takes a date, which would come only once.
 */
export function fivePartCron(text: string, zone: string): Cron | undefined {
  if (text.length > maxLength || text.trim().split(/\s+/).length !== 5) return undefined;
  try {
    const cron = cronIn(zone, text);
    return cron.nextRun() ? cron : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What is written without a step and without `*` in its hour and minute has fixed times: one that a change of clocks leaves
 * out comes at its end, and one that comes twice comes once.
 * @throws what Croner throws of another text.
 */
export function cronIn(zone: string, text: string): Cron {
  return new Cron(text, { ...fiveParts, timezone: zone });
}
