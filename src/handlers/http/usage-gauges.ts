import type { Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';
import type { TaskReading } from '../../usecases/metrics/read-usage.ts';
import { type Sample, scrapedGauges } from './scraped-gauges.ts';

/** What the tasks of applications use, as it was last measured, and what is wrong; labels without a value are left empty. */
export function addUsageGauges(deps: Pick<Deps, 'database' | 'logger'>, registers: Registry[]): void {
  const add = scrapedGauges(deps, registers, async () => {
    const { readUsage } = await import('../../usecases/metrics/read-usage.ts');
    return readUsage(deps);
  });
  const labels = ['application', 'service', 'slot', 'node'];
  const ofTasks =
    (value: Exclude<keyof TaskReading, 'application' | 'service' | 'slot' | 'node'>) =>
    (tasks: TaskReading[]): Sample[] =>
      tasks.flatMap((task): Sample[] => {
        const { application, node, service, slot } = task;
        const read = task[value];
        return read === undefined ? [] : [[{ application, service, slot: String(slot), node }, read]];
      });
  const addIncidents = scrapedGauges(deps, registers, async () => {
    const { readOpenIncidents } = await import('../../usecases/metrics/read-open-incidents.ts');
    return readOpenIncidents(deps);
  });
  addIncidents(
    'shipmate_incidents',
    'Open incidents by kind, of an application or a disk',
    ['kind', 'subject'],
    (incidents) => incidents.map(({ count, kind, subject }) => [{ kind, subject }, count]),
  );
  add(
    'shipmate_task_cpu_cores',
    'Processors that a task keeps busy, over the last minute',
    labels,
    ofTasks('cpuCores'),
  );
  add('shipmate_task_memory_bytes', 'Memory of a task, without page cache', labels, ofTasks('memoryBytes'));
  add('shipmate_task_memory_limit_bytes', 'Memory limit of a task', labels, ofTasks('memoryLimitBytes'));
  add(
    'shipmate_task_network_receive_bytes_per_second',
    'What a task receives from its networks, over the last minute',
    labels,
    ofTasks('receivedPerSecond'),
  );
  add(
    'shipmate_task_network_transmit_bytes_per_second',
    'What a task sends to its networks, over the last minute',
    labels,
    ofTasks('sentPerSecond'),
  );
}
