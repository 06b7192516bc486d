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

/** Does the work under the lease, unless somebody holds it: what another replica is at is left to it. */
export async function ifFree({ leases }: Pick<Deps, 'leases'>, name: string, work: () => Promise<void>): Promise<void> {
  const lease = await leases.tryAcquire(name);
  if (!lease) return;
  try {
    await work();
  } finally {
    await lease.release();
  }
}
