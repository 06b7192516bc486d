import type Docker from 'dockerode';
import { labelKeys } from '../labels.ts';
import { hasFailed, isBeginning, type Task } from '../services/task.ts';
import { refusesSettings } from './ingress-kernel.ts';
import type { IngressSpec } from './ingress-spec.ts';

/** Polling interval of the task's state, milliseconds. */
export const pollMs = 250;
/** How much longer a task may take that is on its way, milliseconds: a busy machine, or an image that a node pulls. */
const onItsWayMs = 5 * 60_000;

/**
 * The container of the wanted spec: an older one may still be on its way out. Undefined when the kernel refuses it, or when
 * `signal` was aborted and a task has failed, none has begun, or it takes too long.
 */
export async function awaitContainer(
  docker: Docker,
  spec: Pick<IngressSpec, 'name' | 'kernelSettings'>,
  hash: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let lastMoment = Infinity;
  for (;;) {
    const container = await runningContainer(docker, spec.name, hash);
    if (container) return container;
    if (await refusesSettings(docker, spec)) return undefined;
    if (signal.aborted) {
      lastMoment = Math.min(lastMoment, performance.now() + onItsWayMs);
      if (performance.now() > lastMoment || !(await isOnItsWay(docker, spec.name))) return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

export async function runningContainer(docker: Docker, name: string, spec?: string): Promise<string | undefined> {
  const labels = [
    `com.docker.swarm.service.name=${name}`,
    ...(spec === undefined ? [] : [`${labelKeys.spec}=${spec}`]),
  ];
  const [container] = await docker.listContainers({ filters: { label: labels, status: ['running'] } });
  return container?.Id;
}

/** Nothing is wrong with it yet. */
async function isOnItsWay(docker: Docker, name: string): Promise<boolean> {
  const tasks: Task[] = await docker.listTasks({ filters: { service: [name] } });
  return tasks.some(isBeginning) && !tasks.some(hasFailed);
}
