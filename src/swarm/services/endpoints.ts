import type Docker from 'dockerode';
import { managedFilter } from '../labels.ts';
import type { TaskEndpoint } from './task-endpoint.ts';
import { isRunning, type Task } from './task.ts';

/** Two calls of the Engine, however many services there are. */
export async function endpointsOf(docker: Docker, networks: ReadonlyMap<string, string>): Promise<TaskEndpoint[]> {
  if (networks.size === 0) return [];
  const [services, tasks] = await Promise.all([
    docker.listServices({ filters: { label: [managedFilter] } }),
    docker.listTasks({ filters: { label: [managedFilter], 'desired-state': ['running'] } }) as Promise<Task[]>,
  ]);
  const names = new Map(services.map(({ ID, Spec }) => [ID, Spec?.Name ?? '']));
  return tasks.filter(isRunning).flatMap((task) => {
    const service = names.get(task.ServiceID) ?? '';
    const network = networks.get(service);
    const address = network === undefined ? undefined : addressOn(task, network);
    if (address === undefined) return [];
    const container = task.Status.ContainerStatus?.ContainerID;
    return [
      { service, address, since: new Date(task.Status.Timestamp), ...(container !== undefined && { container }) },
    ];
  });
}

/** The address of a task on a network, e.g. `10.0.1.7`; undefined when it is not on it. */
export function addressOn({ NetworksAttachments = [] }: Task, network: string): string | undefined {
  const attached = NetworksAttachments.find(({ Network }) => Network?.Spec?.Name === network);
  return attached?.Addresses?.[0]?.replace(/\/\d+$/, '');
}
