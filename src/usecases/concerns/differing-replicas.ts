import { hostname } from 'node:os';
import type { Deps } from '../deps.ts';
import { otherReplicas } from '../replicas/replicas.ts';
import { notShared, sharedSettings } from '../replicas/shared-settings.ts';
import type { Concern } from './concern.ts';

/** What this replica and others that live do not share although they have to. */
export async function differingReplicas(
  deps: Pick<Deps, 'config' | 'database' | 'leases' | 'replicaId'>,
): Promise<Concern[]> {
  const own = sharedSettings(deps.config, hostname());
  const others = await otherReplicas(deps, deps.replicaId);
  const sentences = new Set(others.flatMap((other) => notShared(own, other)));
  return [...sentences].map((why) => ({ name: 'replicas', why }));
}
