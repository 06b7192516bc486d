import type { Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';
import { type Hosts, readHosts } from '../../usecases/watchers/read-hosts.ts';
import { type Sample, scrapedGauges } from './scraped-gauges.ts';

/** Disks and nodes as the watchers last saw them. */
export function addHostGauges(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  const add = scrapedGauges(deps, registers, () => readHosts(deps));
  const ofDisks = (value: 'sizeBytes' | 'freeBytes') => (hosts: Hosts) =>
    hosts.disks.map((disk): Sample => [{ host: disk.host, disk: disk.name }, disk[value]]);
  add('shipmate_disk_size_bytes', 'Size of a disk', ['host', 'disk'], ofDisks('sizeBytes'));
  add('shipmate_disk_free_bytes', 'Free space of a disk', ['host', 'disk'], ofDisks('freeBytes'));
  add('shipmate_nodes', 'Nodes of the swarm by whether they answer', ['state'], ({ nodes }) =>
    Object.entries(nodes).map(([state, count]) => [{ state }, count]),
  );
}
