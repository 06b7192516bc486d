import { createHash } from 'node:crypto';

const minute = 60_000;
const hour = 60 * minute;

/** Delay after the first, second, … failure. */
const pauses = [10 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour];

/** A stable number from 0 to 1 per id, so that certificates issued together are not renewed together. */
function spread(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}

/** When a third of the lifetime is left, and up to a thirtieth of the lifetime later. */
export function renewalTime({ id, notBefore, notAfter }: { id: string; notBefore: Date; notAfter: Date }): Date {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  return new Date(notAfter.getTime() - lifetime / 3 + (lifetime / 30) * spread(id));
}

/** When to retry after `attempts` failures; not before `notBefore`, the authority's own limit. */
export function retryTime(id: string, attempts: number, now: Date, notBefore?: Date): Date {
  const pause = pauses[Math.min(attempts, pauses.length) - 1] ?? 0;
  const time = now.getTime() + pause * (1 + spread(`${id}:${attempts}`) / 5);
  return new Date(Math.max(time, notBefore?.getTime() ?? 0));
}
