import { setTimeout as delay } from 'node:timers/promises';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import { jobName } from '../../src/swarm/ingress/ingress-job.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { removeContainer } from '../../src/swarm/remove-container.ts';

const pollMs = 50;
/** What tasks end in. Those of a job stay when the job is gone. */
const ended = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

interface Task {
  ServiceID: string;
  Status: { State: string };
}

/**
 * Removes services with their containers on this node at once: nothing waits for requests to end, as Swarm and
 * Shipmate do for some six seconds. Resolves when their networks, volumes and images are no longer in use.
 */
export async function removeServices(names: readonly string[]): Promise<void> {
  await Promise.all(names.map(removeOne));
}

async function removeOne(name: string): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const service = await docker.getService(name).inspect().catch(ignoreMissing);
  await docker.getService(name).remove().catch(ignoreMissing);
  const filters = { label: [`com.docker.swarm.service.name=${name}`] };
  for (;;) {
    const containers = await docker.listContainers({ all: true, filters });
    const tasks: Task[] = await docker.listTasks();
    const left = tasks.filter(({ ServiceID, Status }) => ServiceID === service?.ID && !ended.has(Status.State));
    if (containers.length === 0 && left.length === 0) break;
    await Promise.all(containers.map(({ Id }) => removeContainer(docker.getContainer(Id))));
    await delay(pollMs);
  }
  // With the secrets.
  await dockerSwarm(docker, { contextLimitBytes: 0 }).remove(name);
}

/** The services of an application, by the label that Shipmate gives them. */
export async function servicesOf(application: string): Promise<string[]> {
  return labelled(`${labelKeys.application}=${application}`);
}

/** Those of a project, previews included. */
export async function servicesOfProject(project: string): Promise<string[]> {
  return labelled(`${labelKeys.project}=${project}`);
}

async function labelled(label: string): Promise<string[]> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  return (await docker.listServices({ filters: { label: [label] } })).flatMap(({ Spec }) => Spec?.Name ?? []);
}

/** The ingress on that port, with its configuration and volumes. */
export async function removeIngress(port: number): Promise<void> {
  const name = `shipmate-ingress-${port}`;
  await removeServices([name, jobName(name)]);
  await ingressEngine(connectDocker(process.env['DOCKER_HOST'])).remove(name);
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
