import { Disk } from '../../entities/disk.ts';
import { SwarmNodeRecord } from '../../entities/swarm-node.ts';
import type { Deps } from '../deps.ts';

export interface Hosts {
  disks: Pick<Disk, 'host' | 'name' | 'sizeBytes' | 'freeBytes'>[];
  nodes: Record<'ready' | 'lost', number>;
}

/** The watchers' latest observations. */
export async function readHosts({ database }: Pick<Deps, 'database'>): Promise<Hosts> {
  return database.asSystem().transactional(async (em) => {
    const disks = await em.find(Disk, {}, { orderBy: { host: 'asc', name: 'asc' } });
    const nodes = await em.find(SwarmNodeRecord, {});
    const lost = nodes.filter(({ state }) => state === 'lost').length;
    return { disks, nodes: { ready: nodes.length - lost, lost } };
  });
}
