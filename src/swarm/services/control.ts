import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ConflictError } from '../../errors.ts';
import { ignoreMissing, statusOf } from '../engine-errors.ts';
import { removeContainer } from '../remove-container.ts';
import { inspectService, tasksOf } from './inspect.ts';
import { isJob } from './jobs.ts';
import { endTasks } from './one-off.ts';
import type { EngineNode } from './nodes.ts';
import { removeUnusedSecrets } from './secrets.ts';
import { isOnNode, type Task } from './task.ts';
import { update } from './update.ts';

/** Beyond the stop grace period, for what the Engine does after the container ended; milliseconds. */
const removalMs = 30_000;

export async function scaleService(docker: Docker, name: string, replicas: number): Promise<void> {
  await update(docker, name, (service) => {
    requireSettled(service);
    // A task that has ended is started by deployments only.
    if (isJob(service.Spec)) return undefined;
    return { ...service.Spec, Mode: { Replicated: { Replicas: replicas } } };
  });
}

export async function restartService(docker: Docker, name: string): Promise<void> {
  await update(docker, name, (service) => {
    requireSettled(service);
    const template: Docker.ContainerTaskSpec = service.Spec?.TaskTemplate ?? {};
    return { ...service.Spec, TaskTemplate: { ...template, ForceUpdate: (template.ForceUpdate ?? 0) + 1 } };
  });
}

/** A change during an update would become the rollback target; one of a paused update resumes it. */
function requireSettled({ UpdateStatus }: Docker.Service): void {
  const state = UpdateStatus?.State;
  if (state === 'updating' || state === 'rollback_started') {
    throw new ConflictError('A roll-out is in progress. Wait for it, or cancel it first.');
  }
  if (state === 'paused' || state === 'rollback_paused') {
    throw new ConflictError(
      `Swarm paused the last ${state === 'paused' ? 'update' : 'rollback'}, because its tasks failed, and any change ` +
        'would resume it. Deploy a version that works first: `deploy`, or `rollback`.',
    );
  }
}

/** The Engine's own rollback. One in progress counts; after one there is no previous version. */
export async function rollBackService(docker: Docker, name: string): Promise<boolean> {
  const service = await inspectService(docker, name);
  // It would run the task of the previous version again.
  if (isJob(service?.Spec)) return false;
  if (service?.UpdateStatus?.State === 'rollback_started') return true;
  if (!service?.PreviousSpec || service.UpdateStatus?.State?.startsWith('rollback')) return false;
  await update(docker, name, ({ Spec }) => Spec, { query: { rollback: 'previous' } });
  return true;
}

export async function removeService(docker: Docker, name: string): Promise<void> {
  const service = await inspectService(docker, name);
  if (service) {
    if (isJob(service.Spec)) await endJob(docker, service);
    await docker.getService(service.ID).remove().catch(ignoreMissing);
    await awaitGone(docker, service);
  }
  await removeUnusedSecrets(docker, name);
}

/** On other nodes, its tasks end only while their service is there. Those of a node that is away are not waited for. */
async function endJob(docker: Docker, service: Docker.Service): Promise<void> {
  await endTasks(docker, service.Spec?.Name ?? '');
  const end = performance.now() + graceMs(service);
  while (performance.now() < end) {
    const [tasks, nodes] = await Promise.all([tasksOf(docker, service), docker.listNodes() as Promise<EngineNode[]>]);
    const here = nodes.filter(({ Status }) => Status.State === 'ready').map(({ ID }) => ID);
    const left = tasks.filter(({ NodeID, Status }) => isOnNode(Status.State) && here.includes(NodeID ?? ''));
    if (left.length === 0) return;
    await delay(100);
  }
}

/** Swarm leaves the containers of a job, even those that still run (seen with Engine 20.10); of this node they go. */
async function removeContainersOf(docker: Docker, { ID }: Docker.Service): Promise<void> {
  const filters = { label: [`com.docker.swarm.service.id=${ID}`] };
  for (const { Id, State } of await docker.listContainers({ all: true, filters })) {
    // With its own time between SIGTERM and SIGKILL.
    if (State === 'running') await docker.getContainer(Id).stop().catch(ignoreEnded);
    await removeContainer(docker.getContainer(Id));
  }
}

/** Somebody else was first: it has stopped (304), or is gone. */
function ignoreEnded(error: unknown): void {
  if (statusOf(error) !== 304) ignoreMissing(error);
}

async function awaitGone(docker: Docker, service: Docker.Service): Promise<void> {
  const end = performance.now() + graceMs(service);
  for (;;) {
    if (isJob(service.Spec)) await removeContainersOf(docker, service);
    if (!(await isLeft(docker, service.ID))) return;
    if (performance.now() > end)
      throw new ConflictError('The service was removed, but some of its containers are still running.');
    await delay(100);
  }
}

/** How long its containers may take to end, milliseconds. */
function graceMs({ Spec }: Docker.Service): number {
  const template: Docker.ContainerTaskSpec | undefined = Spec?.TaskTemplate;
  return (template?.ContainerSpec?.StopGracePeriod ?? 10e9) / 1e6 + removalMs;
}

/** Containers of this node, tasks of the others. */
async function isLeft(docker: Docker, serviceId: string): Promise<boolean> {
  const filters = { label: [`com.docker.swarm.service.id=${serviceId}`] };
  if ((await docker.listContainers({ all: true, filters })).length > 0) return true;
  const tasks: Task[] = await docker.listTasks();
  return tasks.some(({ ServiceID, Status }) => ServiceID === serviceId && Status.State === 'running');
}
