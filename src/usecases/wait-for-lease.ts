import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from '../database/lease.ts';
import type { Deps } from './deps.ts';

const pollMs = 500;

/** Waits until the lease is free and acquires it. */
export async function waitForLease(
  { leases }: Pick<Deps, 'leases'>,
  name: string,
  signal: AbortSignal,
): Promise<Lease> {
  for (;;) {
    signal.throwIfAborted();
    const lease = await leases.tryAcquire(name);
    if (lease) return lease;
    await delay(pollMs, undefined, { signal });
  }
}
