import type Docker from 'dockerode';
import { parseCpus } from '../engine-units.ts';
import { anySize, readSize } from '../../units/sizes.ts';
import type { ServiceSpec } from '../swarm.ts';
import type { EffectiveCheck } from './health-check.ts';
import type { EngineNode } from './nodes.ts';
import { updateOrder } from './service-spec.ts';
import { isRunning, type Task } from './task.ts';

/** Services with more tasks are updated in halves whatever the room: twice as many would run for a while. */
const smallService = 4;

export interface Amounts {
  memoryBytes: number;
  nanoCpus: number;
}

type Node = EngineNode & { Description?: { Resources?: { NanoCPUs?: number; MemoryBytes?: number } } };
type Placed = Task & { NodeID?: string };

/**
 * How many tasks of a service are replaced at once. All of a small one if its nodes have room for as many again: with a
 * health check the old ones serve until the new ones are healthy. Without a check Swarm stops an old task as soon as the
 * new one runs, and halves keep some of the old ones when it crashes.
 */
export async function updateParallelism(
  docker: Docker,
  spec: ServiceSpec,
  check: EffectiveCheck | undefined,
): Promise<number> {
  const half = Math.max(1, Math.ceil(spec.replicas / 2));
  const small = spec.replicas > half && spec.replicas <= smallService;
  const order = spec.extras?.update.order ?? updateOrder(spec.docker);
  if (!small || order !== 'start-first' || !check) return half;
  const needed = needsOf(spec);
  if (needed.memoryBytes === 0 && needed.nanoCpus === 0) return spec.replicas;
  const [nodes, tasks] = await Promise.all([
    docker.listNodes() as Promise<Node[]>,
    docker.listTasks({ filters: { 'desired-state': ['running'] } }) as Promise<Placed[]>,
  ]);
  return tasksThatFit(needed, spec.docker.constraints ?? [], nodes, tasks) >= spec.replicas ? spec.replicas : half;
}

/** What a task may take: memory up to its limit, of the processors what is reserved for it. */
function needsOf({ docker: { resources } }: ServiceSpec): Amounts {
  const memory = resources?.limits?.memory ?? resources?.reservations?.memory;
  const cpus = resources?.reservations?.cpus;
  return { memoryBytes: memory ? readSize(memory, anySize) : 0, nanoCpus: cpus ? parseCpus(cpus) : 0 };
}

/** How many more such tasks the nodes take; none where constraints other than a node's id decide. */
export function tasksThatFit(
  needed: Amounts,
  constraints: readonly string[],
  nodes: readonly Node[],
  tasks: readonly Placed[],
): number {
  const named = constraints.map((constraint) => /^node\.id *== *(\w+)$/.exec(constraint)?.[1]);
  if (named.includes(undefined)) return 0;
  const usable = nodes.filter(
    ({ ID, Spec, Status }) =>
      Status.State === 'ready' && Spec.Availability === 'active' && named.every((id) => id === ID),
  );
  const byNode = Map.groupBy(tasks.filter(isRunning), ({ NodeID }) => NodeID);
  return usable.reduce((sum, node) => sum + fitting(needed, node, byNode.get(node.ID) ?? []), 0);
}

function fitting(needed: Amounts, { Description }: Node, tasks: readonly Placed[]): number {
  const { MemoryBytes = 0, NanoCPUs = 0 } = Description?.Resources ?? {};
  const taken = tasks.map(({ Spec }) => takenBy(Spec));
  const memory = MemoryBytes - taken.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const cpus = NanoCPUs - taken.reduce((sum, { nanoCpus }) => sum + nanoCpus, 0);
  const byMemory = needed.memoryBytes === 0 ? Number.POSITIVE_INFINITY : Math.floor(memory / needed.memoryBytes);
  const byCpus = needed.nanoCpus === 0 ? Number.POSITIVE_INFINITY : Math.floor(cpus / needed.nanoCpus);
  return Math.max(0, Math.min(byMemory, byCpus));
}

function takenBy({ Resources }: Docker.ContainerTaskSpec): Amounts {
  const { Limits, Reservations } = (Resources ?? {}) as Docker.ResourceRequirements;
  return {
    memoryBytes: Limits?.MemoryBytes || Reservations?.MemoryBytes || 0,
    nanoCpus: Reservations?.NanoCPUs ?? 0,
  };
}
