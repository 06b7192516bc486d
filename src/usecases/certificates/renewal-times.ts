import { createHash } from 'node:crypto';

const minute = 60_000;
const hour = 60 * minute;

/** What is waited after the first, second, ... failure. */
const pauses = [10 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour];

/** From 0 to 1, always the same for the same id: certificates that were made together are not renewed together. */
function spread(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}

/** When a third of the lifetime is left, and up to a thirtieth of the lifetime later. */
export function renewalTime({ id, notBefore, notAfter }: { id: string; notBefore: Date; notAfter: Date }): Date {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  return new Date(notAfter.getTime() - lifetime / 3 + (lifetime / 30) * spread(id));
}

/** When to try again after `attempts` failures; not before the authority wants it. */
export function retryTime(id: string, attempts: number, now: Date, notBefore?: Date): Date {
  const pause = pauses[Math.min(attempts, pauses.length) - 1] ?? 0;
  const time = now.getTime() + pause * (1 + spread(`${id}:${attempts}`) / 5);
  return new Date(Math.max(time, notBefore?.getTime() ?? 0));
}
