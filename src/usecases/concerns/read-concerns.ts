import type { Deps } from '../deps.ts';
import { differingClocks } from './clocks.ts';
import type { Concern } from './concern.ts';
import { differingReplicas } from './differing-replicas.ts';
import { fullDisks } from './full-disks.ts';

/** What the operator should mend before something fails. Nothing while PostgreSQL is away, which is worse. */
export async function readConcerns(
  deps: Pick<Deps, 'config' | 'database' | 'leases' | 'replicaId'>,
): Promise<Concern[]> {
  const found = await Promise.all([fullDisks(deps), differingClocks(deps), differingReplicas(deps)]);
  return found.flat();
}
