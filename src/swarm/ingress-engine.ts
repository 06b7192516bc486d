import type Docker from 'dockerode';
import { UnavailableError } from '../errors.ts';
import { execute, type ExecResult } from './exec.ts';
import { answering, isMissing } from './engine-errors.ts';
import { type IngressSpec, type StartFile, startFileName, toIngressSpec } from './ingress-spec.ts';
import { ensureNetwork } from './network.ts';
import { inspectService } from './inspect.ts';
import { labelKeys } from './labels.ts';
import type { Task } from './task.ts';

export type { IngressSpec } from './ingress-spec.ts';

/** What the ingress needs of the Docker Engine. */
export interface IngressEngine {
  /**
   * Creates or updates the service when it is not as wanted, and waits for its task on this node.
   * @returns the id of the task's container.
   * @throws {UnavailableError} with what Swarm says when no task comes up.
   */
  ensure(spec: IngressSpec, signal: AbortSignal): Promise<string>;
  /** The container on this node; undefined when none runs. */
  container(name: string): Promise<string | undefined>;
  /** Networks the service is attached to, by name; undefined when there is no service. */
  networks(name: string): Promise<string[] | undefined>;
  /** Runs a command in the container, with `input` on its standard input. */
  execute(container: string, command: string[], input: string): Promise<ExecResult>;
  /** Removes the service and its volume. */
  remove(name: string): Promise<void>;
}

/** How often the task's state is looked at, milliseconds. */
const pollMs = 250;

export function ingressEngine(docker: Docker): IngressEngine {
  return {
    ensure: (spec, signal) => answering(() => ensure(docker, spec, signal)),
    container: (name) => answering(() => runningContainer(docker, name)),
    networks: (name) => answering(() => attachedNetworks(docker, name)),
    execute: (container, command, input) => answering(() => execute(docker, container, command, input)),
    remove: (name) => answering(() => remove(docker, name)),
  };
}

async function ensure(docker: Docker, spec: IngressSpec, signal: AbortSignal): Promise<string> {
  const networkIds: string[] = [];
  for (const network of spec.networks) {
    networkIds.push(await ensureNetwork(docker, network, { [labelKeys.managed]: 'true' }));
  }
  const wanted = toIngressSpec(spec, networkIds, await ensureStartFile(docker, spec));
  const before = await inspectService(docker, spec.name);
  if (!before) await docker.createService(wanted);
  else if (before.Spec?.Labels?.[labelKeys.spec] !== wanted.Labels?.[labelKeys.spec]) {
    await docker.getService(before.ID).update({ _query: { version: before.Version?.Index }, _body: wanted });
  }
  return awaitContainer(docker, spec, wanted.Labels?.[labelKeys.spec] ?? '', signal);
}

async function ensureStartFile(docker: Docker, spec: IngressSpec): Promise<StartFile> {
  const name = startFileName(spec);
  const [present] = await docker.listConfigs({ filters: { name: [name] } });
  if (present) return { id: present.ID, name };
  const Labels = { [labelKeys.managed]: 'true', [labelKeys.service]: spec.name };
  const made = await docker.createConfig({ Name: name, Labels, Data: Buffer.from(spec.startFile).toString('base64') });
  return { id: made.id, name };
}

/** The container of the wanted spec: an older one may still be on its way out. */
async function awaitContainer(
  docker: Docker,
  { name }: IngressSpec,
  spec: string,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const container = await runningContainer(docker, name, spec);
    if (container) return container;
    if (signal.aborted) throw new UnavailableError(`The ingress does not come up: ${await lastError(docker, name)}.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function runningContainer(docker: Docker, name: string, spec?: string): Promise<string | undefined> {
  const labels = [
    `com.docker.swarm.service.name=${name}`,
    ...(spec === undefined ? [] : [`${labelKeys.spec}=${spec}`]),
  ];
  const [container] = await docker.listContainers({ filters: { label: labels, status: ['running'] } });
  return container?.Id;
}

async function lastError(docker: Docker, name: string): Promise<string> {
  const tasks: Task[] = await docker.listTasks({ filters: { service: [name] } });
  const errors = tasks.map((task) => task.Status.Err).filter((error) => error);
  return errors[0] ?? 'no task was started';
}

async function attachedNetworks(docker: Docker, name: string): Promise<string[] | undefined> {
  const service = await inspectService(docker, name);
  if (!service) return undefined;
  const template: Docker.ContainerTaskSpec = service.Spec?.TaskTemplate ?? {};
  const names: string[] = [];
  for (const { Target } of template.Networks ?? []) {
    if (Target === undefined) continue;
    try {
      const network: { Name: string } = await docker.getNetwork(Target).inspect();
      names.push(network.Name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return names;
}

async function remove(docker: Docker, name: string): Promise<void> {
  const service = await inspectService(docker, name);
  if (service) await docker.getService(service.ID).remove();
  while (await runningContainer(docker, name)) await new Promise((resolve) => setTimeout(resolve, pollMs));
  for (const { Id } of await docker.listContainers({
    all: true,
    filters: { label: [`com.docker.swarm.service.name=${name}`] },
  })) {
    await docker.getContainer(Id).remove({ force: true }).catch(ignoreMissing);
  }
  for (const { ID } of await docker.listConfigs({ filters: { label: [`${labelKeys.service}=${name}`] } })) {
    await docker.getConfig(ID).remove().catch(ignoreMissing);
  }
  await docker.getVolume(name).remove().catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
