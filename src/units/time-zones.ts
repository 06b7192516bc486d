import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';

export function requireZone(zone: string): void {
  try {
    if (zone.length <= 64) return void new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    // Said below.
  }
  throw new UsageError(
    `${quoted(zone)} is not a time zone. Examples: \`UTC\`, \`Europe/Berlin\`, \`America/New_York\`.`,
  );
}
