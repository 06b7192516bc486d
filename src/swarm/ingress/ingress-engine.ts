import type Docker from 'dockerode';
import { UnavailableError } from '../../errors.ts';
import { execute, type ExecResult } from '../containers/exec.ts';
import { answering, isMissing, reasonOf } from '../engine-errors.ts';
import type { Credentials, RegistryLogin } from '../images/credentials.ts';
import { type Behind, distribute, type Distribution, jobName, nodesBehind, removeJob } from './ingress-job.ts';
import { type IngressSpec, runVolume, type StartFile, startFileName, toIngressSpec } from './ingress-spec.ts';
import { ensureNetwork } from '../services/network.ts';
import { awaitContainer, pollMs, runningContainer } from './await-container.ts';
import { kernelLacks, refusesSettings } from './ingress-kernel.ts';
import { ensurePrograms } from './ingress-programs.ts';
import { ensureProbes, probeInside } from './ingress-probe.ts';
import { inspectService } from '../services/inspect.ts';
import { installationLabel, labelKeys } from '../labels.ts';
import type { Standpoint } from './standpoint.ts';
import type { Task } from '../services/task.ts';
import { taskErrors } from '../services/task-errors.ts';

export type { Behind } from './ingress-job.ts';
export type { IngressSpec } from './ingress-spec.ts';

/** What the ingress needs of the Docker Engine. */
export interface IngressEngine {
  /**
   * Brings the service to the spec and waits for its task on this node.
   * @param signal When to give up, unless all that is wrong is that it takes long: then after five minutes more.
   * @returns the id of the task's container.
   * @throws {UnavailableError} with Swarm's message when no task comes up.
   */
  ensure(spec: IngressSpec, signal: AbortSignal): Promise<string>;
  /** The container on this node; undefined when none runs. */
  container(name: string): Promise<string | undefined>;
  /** Whether a task could not start because its kernel lacks a setting; another `ensure` fixes it. */
  refuses(spec: Pick<IngressSpec, 'name' | 'kernelSettings'>): Promise<boolean>;
  /** Names of the services with a label, e.g. `shipmate.gateway=80`. */
  labelled(label: string): Promise<string[]>;
  /** Networks the service is attached to, by name; undefined when there is no service. */
  networks(name: string): Promise<string[] | undefined>;
  /** Runs a command in the container, with `input` on its standard input, and waits for it until `signal` aborts. */
  execute(container: string, command: string[], input: string, signal: AbortSignal): Promise<ExecResult>;
  /** How this machine's folder is seen from the Engine's node. @throws {UnavailableError} where it is not. */
  standpoint(folder: string): Promise<Standpoint>;
  /** Runs the probe in the container; undefined on an architecture without one, and where it is not mounted. */
  probe(container: string, args: readonly string[], signal: AbortSignal): Promise<string[] | undefined>;
  /**
   * Hands a configuration to the tasks on the other nodes; nothing happens when there are none, or they were handed it.
   */
  distribute(wanted: Distribution): Promise<void>;
  /** Nodes whose task lacks the latest configuration. */
  behind(name: string): Promise<Behind[]>;
  /** Removes the service, its distribution job, and its volumes on this node. */
  remove(name: string): Promise<void>;
}

interface IngressEngineOptions {
  /** Logins of the registry that the image is pulled from (default: none). */
  credentials?: Credentials;
  /** Id on the services that it makes (default: none). */
  installation?: string | undefined;
}

export function ingressEngine(
  docker: Docker,
  { credentials = async () => undefined, installation }: IngressEngineOptions = {},
): IngressEngine {
  return {
    ensure: (spec, signal) => answering(() => ensure(docker, spec, signal, { credentials, installation })),
    container: (name) => answering(() => runningContainer(docker, name)),
    refuses: (spec) => answering(() => refusesSettings(docker, spec)),
    labelled: (label) => answering(() => labelledServices(docker, label)),
    networks: (name) => answering(() => attachedNetworks(docker, name)),
    execute: (container, command, input, signal) => answering(() => execute(docker, container, command, input, signal)),
    async standpoint(folder) {
      const { standpointOf } = await import('./standpoint.ts');
      return answering(() => standpointOf(docker, folder));
    },
    probe: (container, args, signal) => answering(() => probeInside(docker, container, args, signal)),
    distribute: (wanted) => answering(() => distributeWhereOthersAre(docker, wanted, credentials)),
    behind: (name) => answering(() => nodesBehind(docker, name)),
    remove: (name) => answering(() => remove(docker, name)),
  };
}

async function distributeWhereOthersAre(docker: Docker, wanted: Distribution, credentials: Credentials): Promise<void> {
  if ((await docker.listNodes()).length < 2) return;
  const service = await inspectService(docker, wanted.name);
  const template: Docker.ContainerTaskSpec | undefined = service?.Spec?.TaskTemplate;
  await distribute(docker, wanted, await credentials(template?.ContainerSpec?.Image ?? ''));
}

async function ensure(
  docker: Docker,
  spec: IngressSpec,
  signal: AbortSignal,
  { credentials, installation }: { credentials: Credentials; installation: string | undefined },
): Promise<string> {
  const networkIds: string[] = [];
  for (const network of spec.networks) {
    networkIds.push(await ensureNetwork(docker, network, { [labelKeys.managed]: 'true' }));
  }
  const start = spec.startFile === undefined ? undefined : await ensureStartFile(docker, spec.name, spec.startFile);
  const programs = spec.programs ? await ensurePrograms(docker, spec.programs) : await ensureProbes(docker);
  for (;;) {
    const login = await credentials(spec.image);
    const before = await inspectService(docker, spec.name);
    const wanted = toIngressSpec(spec, networkIds, { start, programs }, await kernelLacks(docker, spec, before));
    // Beside what the hash is of: it tells whose the service is, and changes nothing of it.
    const Labels = { ...wanted.Labels, ...installationLabel(installation) };
    const hash = await put(docker, before, { ...wanted, Labels }, login);
    const container = hash && (await awaitContainer(docker, spec, hash, signal));
    if (container) return container;
    if (signal.aborted) {
      throw new UnavailableError(`The ingress did not come up: ${await lastError(docker, spec.name)}.`);
    }
  }
}

/** @returns the hash of what the service is now; undefined when Swarm, rolling back, was faster. */
async function put(
  docker: Docker,
  before: Docker.Service | undefined,
  wanted: Docker.CreateServiceOptions,
  login: RegistryLogin | undefined,
): Promise<string | undefined> {
  const hash = wanted.Labels?.[labelKeys.spec];
  if (!before) await (login ? docker.createService(login, wanted) : docker.createService(wanted));
  else if (before.Spec?.Labels?.[labelKeys.spec] !== hash) {
    const options = { _query: { version: before.Version?.Index }, _body: wanted, ...(login && { authconfig: login }) };
    try {
      await docker.getService(before.ID).update(options);
    } catch (error) {
      if (!/out of sequence/.test(reasonOf(error))) throw error;
      return undefined;
    }
  }
  return hash;
}

async function ensureStartFile(docker: Docker, service: string, startFile: string): Promise<StartFile> {
  const name = startFileName({ name: service, startFile });
  const [present] = await docker.listConfigs({ filters: { name: [name] } });
  if (present) return { id: present.ID, name };
  const Labels = { [labelKeys.managed]: 'true', [labelKeys.service]: service };
  const made = await docker.createConfig({ Name: name, Labels, Data: Buffer.from(startFile).toString('base64') });
  return { id: made.id, name };
}

async function lastError(docker: Docker, name: string): Promise<string> {
  const tasks: Task[] = await docker.listTasks({ filters: { service: [name] } });
  return taskErrors(tasks)[0] ?? 'no task was started';
}

async function labelledServices(docker: Docker, label: string): Promise<string[]> {
  return (await docker.listServices({ filters: { label: [label] } })).flatMap(({ Spec }) => Spec?.Name ?? []);
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
  await removeJob(docker, name);
  const service = await inspectService(docker, name);
  if (service) await docker.getService(service.ID).remove();
  while (await runningContainer(docker, name)) await new Promise((resolve) => setTimeout(resolve, pollMs));
  for (const service of [name, jobName(name)]) {
    const filters = { label: [`com.docker.swarm.service.name=${service}`] };
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
      await docker.getContainer(Id).remove({ force: true }).catch(ignoreMissing);
    }
  }
  for (const { ID } of await docker.listConfigs({ filters: { label: [`${labelKeys.service}=${name}`] } })) {
    await docker.getConfig(ID).remove().catch(ignoreMissing);
  }
  for (const volume of [name, runVolume(name)]) await docker.getVolume(volume).remove().catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
