import { Cron } from 'croner';

/** Characters. */
const maxLength = 100;

/**
 * A schedule of five parts: minute, hour, day, month and weekday. Undefined for any other text and for one that never
 * comes. Croner also takes a date, which would come only once.
 */
export function fivePartCron(text: string, zone: string): Cron | undefined {
  if (text.length > maxLength || text.trim().split(/\s+/).length !== 5) return undefined;
  try {
    const cron = new Cron(text, { timezone: zone, mode: '5-part', paused: true });
    return cron.nextRun() ? cron : undefined;
  } catch {
    return undefined;
  }
}
