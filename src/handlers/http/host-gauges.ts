import { Gauge, type Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';
import { type Hosts, readHosts } from '../../usecases/watchers/read-hosts.ts';

type Sample = [labels: Record<string, string>, value: number];

/** Disks and nodes as the watchers last saw them; left out while the database does not answer. */
export function addHostGauges(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  let looking: Promise<Hosts> | undefined;
  /** Prometheus collects all gauges at once, so one query serves them. */
  const look = () => (looking ??= readHosts(deps).finally(() => (looking = undefined)));

  function add(name: string, help: string, labelNames: string[], samplesOf: (hosts: Hosts) => Sample[]): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        gauge.reset();
        try {
          for (const [labels, value] of samplesOf(await look())) gauge.set(labels, value);
        } catch (error) {
          deps.logger.warn({ err: error, metric: name }, 'metrics are incomplete');
        }
      },
    });
  }

  const ofDisks = (value: 'sizeBytes' | 'freeBytes') => (hosts: Hosts) =>
    hosts.disks.map((disk): Sample => [{ host: disk.host, disk: disk.name }, disk[value]]);
  add('shipmate_disk_size_bytes', 'Size of a disk', ['host', 'disk'], ofDisks('sizeBytes'));
  add('shipmate_disk_free_bytes', 'Free space of a disk', ['host', 'disk'], ofDisks('freeBytes'));
  add('shipmate_nodes', 'Nodes of the swarm by whether they answer', ['state'], ({ nodes }) =>
    Object.entries(nodes).map(([state, count]) => [{ state }, count]),
  );
}
