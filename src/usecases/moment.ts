/** `2026-11-30 08:00 Europe/Berlin`: a point in time as people read it. */
export function moment(date: Date, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(date)} ${zone}`;
}
