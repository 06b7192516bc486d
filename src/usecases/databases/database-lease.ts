import type { Lease } from '../../database/lease.ts';
import type { Deps } from '../deps.ts';
import { waitForLease } from '../wait-for-lease.ts';

export function databaseLease(databaseId: string): string {
  return `backups:${databaseId}`;
}

/** Waits for the database's lease: only one backup, restore, drill or rotation of a database runs at a time. */
export async function holdDatabase(deps: Deps, databaseId: string, signal: AbortSignal): Promise<Lease> {
  return waitForLease(deps, databaseLease(databaseId), signal);
}
