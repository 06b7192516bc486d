import type { Lease } from '../../database/lease.ts';
import type { Deps } from '../deps.ts';
import { waitForLease } from '../wait-for-lease.ts';

export function databaseLease(databaseId: string): string {
  return `backups:${databaseId}`;
}

/** Waits for its turn: of a database's backups, restores, drills and rotations, one runs at a time. */
export async function holdDatabase(deps: Deps, databaseId: string, signal: AbortSignal): Promise<Lease> {
  return waitForLease(deps, databaseLease(databaseId), signal);
}
