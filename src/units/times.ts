/** A time to the minute, as people read it: `2026-11-30 08:00 Europe/Berlin`. */
export function formatTime(date: Date, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(date)} ${zone}`;
}

/** A day by UTC: `2026-11-30`. */
export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
