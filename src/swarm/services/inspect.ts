import type Docker from 'dockerode';
import { ignoreMissing, isMissing } from '../engine-errors.ts';
import { managedFilter } from '../labels.ts';
import type { ContainerEnd, EndedContainers } from './ended-containers.ts';
import { lastFailure, wasUnhealthy } from './failing-check.ts';
import type { ServiceStatus } from '../swarm.ts';
import { isJob } from './jobs.ts';
import { hasFailed, isRunning, type Task } from './task.ts';

export async function inspectService(docker: Docker, name: string): Promise<Docker.Service | undefined> {
  try {
    const service: Docker.Service = await docker.getService(name).inspect();
    // The Engine also finds a service by a prefix of its id.
    return service.Spec?.Name === name ? service : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Newest versions and the history that Swarm keeps (5 per slot unless configured otherwise). */
export async function tasksOf(docker: Docker, service: Docker.Service): Promise<Task[]> {
  try {
    return await docker.listTasks({ filters: { service: [service.ID] } });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * As `tasksOf`; tasks that ended say how, as far as their containers are on this node.
 * @param ended Remembers the answers, for who asks again.
 */
export async function tasksWithHealth(
  docker: Docker,
  service: Docker.Service,
  ended: EndedContainers = new Map(),
): Promise<Task[]> {
  const tasks = await tasksOf(docker, service);
  return Promise.all(
    tasks.map(async (task) => {
      const container = task.Status.ContainerStatus?.ContainerID;
      if (!hasFailed(task) || !container) return task;
      if (!ended.has(container)) {
        const details = await docker.getContainer(container).inspect().catch(ignoreMissing);
        ended.set(container, details && endOf(details));
      }
      const end = ended.get(container);
      return end === undefined ? task : { ...task, end };
    }),
  );
}

function endOf(details: Docker.ContainerInspectInfo): ContainerEnd {
  const checkOutput = lastFailure(details);
  return {
    unhealthy: wasUnhealthy(details),
    outOfMemory: details.State.OOMKilled,
    ...(checkOutput !== undefined && { checkOutput }),
  };
}

export async function serviceStatus(docker: Docker, name: string): Promise<ServiceStatus | undefined> {
  const service = await inspectService(docker, name);
  if (!service) return undefined;
  const tasks = await tasksOf(docker, service);
  return toStatus(service, tasks.filter(isRunning).length);
}

export async function listStatuses(docker: Docker): Promise<ServiceStatus[]> {
  const services = await docker.listServices({ filters: { label: [managedFilter] }, status: true });
  return services.map((service) => toStatus(service, service.ServiceStatus?.RunningTasks ?? 0));
}

function toStatus(service: Docker.Service, running: number): ServiceStatus {
  const template: Docker.ContainerTaskSpec | undefined = service.Spec?.TaskTemplate;
  const { StartedAt: updateBegan, State: updateState } = service.UpdateStatus ?? {};
  return {
    name: service.Spec?.Name ?? '',
    image: template?.ContainerSpec?.Image ?? '',
    version: service.Version?.Index ?? 0,
    replicas: service.Spec?.Mode?.Replicated?.Replicas ?? 0,
    running,
    labels: service.Spec?.Labels ?? {},
    ...(isJob(service.Spec) && { job: true as const }),
    ...(updateState && { updateState }),
    ...(updateBegan !== undefined && { updateBegan }),
  };
}
