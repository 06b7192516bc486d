import type Docker from 'dockerode';
import { inspectService, tasksOf } from './inspect.ts';
import type { SwarmNode } from '../swarm.ts';
import { isRunning, type Task } from './task.ts';

/** The part of the Engine's node that is used; dockerode's types leave it open. */
export interface EngineNode {
  ID: string;
  Spec: { Role: SwarmNode['role']; Availability: SwarmNode['availability']; Labels?: Record<string, string> };
  /** Missing until it has joined. */
  Description?: { Hostname: string; Engine: { EngineVersion: string } };
  Status: { State: SwarmNode['state']; Message?: string; Addr: string };
  ManagerStatus?: { Leader?: boolean; Addr: string };
}

export async function listNodes(docker: Docker): Promise<SwarmNode[]> {
  const [{ Swarm: swarm }, nodes, tasks] = await Promise.all([
    docker.info() as Promise<{ Swarm?: { NodeID?: string } }>,
    docker.listNodes() as Promise<EngineNode[]>,
    docker.listTasks({ filters: { 'desired-state': ['running'] } }) as Promise<(Task & { NodeID?: string })[]>,
  ]);
  const running = Map.groupBy(tasks.filter(isRunning), ({ NodeID }) => NodeID);
  return nodes
    .map((node) => toNode(node, { tasks: running.get(node.ID)?.length ?? 0, own: node.ID === swarm?.NodeID }))
    .sort((one, other) => one.hostname.localeCompare(other.hostname));
}

export function toNode(
  { ID, Spec, Description, Status, ManagerStatus }: EngineNode,
  { tasks, own }: Pick<SwarmNode, 'tasks' | 'own'>,
): SwarmNode {
  return {
    id: ID,
    hostname: Description?.Hostname || ID,
    role: Spec.Role,
    own,
    leader: ManagerStatus?.Leader ?? false,
    state: Status.State,
    // Of itself, a manager that joined no other knows only where it listens.
    address: Status.Addr === '0.0.0.0' ? (ManagerStatus?.Addr.replace(/:\d+$/, '') ?? Status.Addr) : Status.Addr,
    availability: Spec.Availability,
    engineVersion: Description?.Engine.EngineVersion ?? '',
    labels: Spec.Labels ?? {},
    tasks,
    ...(Status.Message && { message: Status.Message }),
  };
}

export async function nodesOfService(docker: Docker, name: string): Promise<string[]> {
  const service = await inspectService(docker, name);
  if (!service) return [];
  const tasks: (Task & { NodeID?: string })[] = await tasksOf(docker, service);
  return [...new Set(tasks.filter(isRunning).flatMap(({ NodeID }) => NodeID ?? []))];
}
