import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from '../../database/lease.ts';
import type { Deps } from '../deps.ts';

const pollMs = 1_000;

export function databaseLease(databaseId: string): string {
  return `backups:${databaseId}`;
}

/** Waits for its turn: of a database's backups, restores, drills and rotations, one runs at a time. */
export async function holdDatabase(deps: Deps, databaseId: string, signal: AbortSignal): Promise<Lease> {
  for (;;) {
    signal.throwIfAborted();
    const lease = await deps.leases.tryAcquire(databaseLease(databaseId));
    if (lease) return lease;
    await delay(pollMs, undefined, { signal });
  }
}
