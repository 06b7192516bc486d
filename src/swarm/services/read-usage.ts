import type Docker from 'dockerode';
import { createPool } from '../../serial-queue.ts';
import { isMissing } from '../engine-errors.ts';
import { labelKeys, managedFilter } from '../labels.ts';
import { isJob } from './jobs.ts';
import { hasFailed, isRunning, type Task } from './task.ts';
import type { NodeUsage, TaskPlace, TaskUsage } from './task-usage.ts';

/** Containers that are read at the same time: each costs the Engine a look at the kernel's files. */
const atOnce = 4;

/** Containers that are read in one turn. */
const mostRead = 1_000;

type ReadTask = Task & { Slot?: number };

/** Swarm's id of the node of this Engine. */
export async function ownNode(docker: Docker): Promise<string> {
  const { Swarm: swarm } = (await docker.info()) as { Swarm?: { NodeID?: string } };
  return swarm?.NodeID ?? '';
}

/**
 * What the tasks of applications on the Engine's own node use: an Engine knows of no other's containers. Two calls, and
 * one for each running task, which does not wait for a second reading as `docker stats` does.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats
 */
export async function readUsage(docker: Docker, node: string, signal: AbortSignal): Promise<NodeUsage> {
  const [services, all] = await Promise.all([
    docker.listServices({ filters: { label: [managedFilter] } }),
    docker.listTasks({ filters: { label: [managedFilter], node: [node] } }) as Promise<ReadTask[]>,
  ]);
  const known = new Map(services.map((service) => [service.ID, service]));
  const placed = all.flatMap((task) => {
    const service = known.get(task.ServiceID);
    const place = service && placeOf(service, task);
    return place ? [{ task, place, job: isJob(service.Spec) }] : [];
  });
  const running = placed.filter(({ task }) => isRunning(task));
  const pool = createPool(atOnce);
  const read = await Promise.all(
    running.slice(0, mostRead).map(({ place, task }) =>
      pool(async () => {
        signal.throwIfAborted();
        return readTask(docker, task, place);
      }),
    ),
  );
  return {
    running: read.filter((usage) => usage !== undefined),
    ended: placed
      // A job's task is meant to end.
      .filter(({ job, task }) => hasFailed(task) && !(job && task.Status.State === 'complete'))
      .map(({ place, task }) => ({ ...place, task: task.ID })),
    left: Math.max(0, running.length - mostRead),
  };
}

function placeOf({ Spec }: Docker.Service, { Slot = 0 }: ReadTask): TaskPlace | undefined {
  const labels = Spec?.Labels ?? {};
  const application = labels[labelKeys.application];
  if (application === undefined || labels[labelKeys.oneOff] !== undefined) return undefined;
  return { application, service: labels[labelKeys.stackService] ?? '', slot: Slot };
}

/** Undefined: its container has ended meanwhile. */
async function readTask(docker: Docker, task: Task, place: TaskPlace): Promise<TaskUsage | undefined> {
  const container = task.Status.ContainerStatus?.ContainerID;
  if (!container) return undefined;
  try {
    const options = { stream: false, 'one-shot': true } as const;
    const stats: Docker.ContainerStats = await docker.getContainer(container).stats(options);
    return usageOf(stats, { ...place, container, memoryLimitBytes: memoryLimitOf(task) });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Of the task: without one, the Engine reports the memory of its host instead. */
function memoryLimitOf({ Spec }: Task): number | undefined {
  return Spec.Resources?.Limits?.MemoryBytes || undefined;
}

/** Missing where dockerode's types promise it: on the network of the host, and of a container that has ended. */
type Stats = Omit<Docker.ContainerStats, 'networks'> & { networks?: Docker.ContainerStats['networks'] };

/** Undefined: of a container that has ended, the Engine answers without numbers. */
export function usageOf(
  { cpu_stats: cpu, memory_stats: memory, networks, read }: Stats,
  place: TaskPlace & Pick<TaskUsage, 'container' | 'memoryLimitBytes'>,
): TaskUsage | undefined {
  if (memory?.usage === undefined) return undefined;
  const sum = (value: 'rx_bytes' | 'tx_bytes') =>
    Object.values(networks ?? {}).reduce((total, network) => total + network[value], 0);
  return {
    ...place,
    readAt: Date.parse(read),
    cpuNanos: cpu.cpu_usage.total_usage,
    memoryBytes: memory.usage - reclaimable(memory),
    receivedBytes: sum('rx_bytes'),
    sentBytes: sum('tx_bytes'),
  };
}

/** Page cache that has not been used of late, as `docker stats` subtracts it: cgroups 1 and 2 name it differently. */
function reclaimable({ stats, usage }: Docker.ContainerStats['memory_stats']): number {
  const { inactive_file: two, total_inactive_file: one } = (stats ?? {}) as Record<string, number | undefined>;
  const cache = one ?? two ?? 0;
  return cache < usage ? cache : 0;
}
