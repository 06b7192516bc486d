import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type Docker from 'dockerode';
import { ConflictError } from '../../errors.ts';
import type { RegistryLogin } from '../images/credentials.ts';
import { isMissing, isNameTaken, reasonOf } from '../engine-errors.ts';
import { runVolumeMount } from './ingress-spec.ts';
import { inspectService } from '../services/inspect.ts';
import { labelKeys } from '../labels.ts';
import type { EngineNode } from '../services/nodes.ts';
import type { Task } from '../services/task.ts';
import { taskErrors } from '../services/task-errors.ts';

/** A configuration for the proxies on other nodes. */
export interface Distribution {
  /** Name of the ingress service. */
  name: string;
  config: string;
  runDir: string;
  /** Command that applies the file, run in a container that mounts `runDir`. */
  command: (file: string) => string[];
}

/** A node whose proxy lacks the latest configuration. */
export interface Behind {
  hostname: string;
  /** Since when, milliseconds since 1970. */
  since: number;
  /** Message of its distribution task. */
  why: string;
}

/** Below Swarm's limit of 500 KiB for a secret, bytes. */
const partBytes = 480 * 1024;

/** Swarm secrets are the only files that it sends to a node encrypted and keeps in memory there. */
interface Part {
  id: string;
  name: string;
  file: string;
}

type JobTask = Task & { NodeID?: string; JobIteration?: { Index?: number } };

/**
 * Sends the configuration to the proxy of every node with a Swarm job that runs once per node, including nodes that
 * join later, since the Engine can only exec on its own node. Does nothing when it was already sent.
 */
export async function distribute(docker: Docker, wanted: Distribution, login?: RegistryLogin): Promise<void> {
  const ingress = await inspectService(docker, wanted.name);
  const template: Docker.ContainerTaskSpec | undefined = ingress?.Spec?.TaskTemplate;
  const image = template?.ContainerSpec?.Image;
  if (image === undefined) return;
  const hash = createHash('sha256')
    .update(JSON.stringify([image, wanted.config, wanted.command('')]))
    .digest('hex')
    .slice(0, 24);
  const before = await inspectService(docker, jobName(wanted.name));
  if (before?.Spec?.Labels?.[labelKeys.spec] === hash) return;
  const spec = jobSpec(wanted, image, hash, await ensureParts(docker, wanted, hash));
  const options = { ...spec, ...(login && { authconfig: login }) };
  try {
    if (!before) await docker.createService(options);
    else
      await docker
        .getService(before.ID)
        .update({ _query: { version: before.Version?.Index }, _body: spec, ...(login && { authconfig: login }) });
  } catch (error) {
    if (!isNameTaken(error) && !/out of sequence/.test(reasonOf(error))) throw error;
    throw new ConflictError('Another Shipmate is distributing a configuration at the same time.', { cause: error });
  }
  await removeParts(docker, wanted.name, hash);
}

/** Ready nodes without the latest configuration. */
export async function nodesBehind(docker: Docker, name: string): Promise<Behind[]> {
  const job = await inspectService(docker, jobName(name));
  if (!job) return [];
  const [tasks, nodes] = await Promise.all([
    docker.listTasks({ filters: { service: [job.ID] } }) as Promise<JobTask[]>,
    docker.listNodes() as Promise<EngineNode[]>,
  ]);
  const iteration = job.JobStatus?.JobIteration?.Index ?? 0;
  const current = tasks.filter(({ JobIteration }) => (JobIteration?.Index ?? 0) === iteration);
  return nodes
    .filter(({ Status, Spec }) => Status.State === 'ready' && Spec.Availability === 'active')
    .flatMap((node) =>
      behind(
        node,
        current.filter(({ NodeID }) => NodeID === node.ID),
        job,
      ),
    );
}

function behind({ ID, Description }: EngineNode, tasks: JobTask[], { JobStatus }: Docker.Service): Behind[] {
  if (tasks.some(({ Status }) => Status.State === 'complete')) return [];
  const since = Math.min(...tasks.map(({ CreatedAt }) => Date.parse(CreatedAt)));
  const why = taskErrors(tasks)[0] ?? 'its task has not run yet';
  return [
    {
      hostname: Description?.Hostname ?? ID,
      since: Number.isFinite(since) ? since : Date.parse(JobStatus?.LastExecution ?? '') || Date.now(),
      why,
    },
  ];
}

export async function removeJob(docker: Docker, name: string): Promise<void> {
  const job = await inspectService(docker, jobName(name));
  if (job) await docker.getService(job.ID).remove().catch(unlessGone);
  await removeParts(docker, name, undefined);
}

export function jobName(name: string): string {
  return `${name}-config`;
}

function jobSpec(wanted: Distribution, image: string, hash: string, parts: Part[]) {
  const labels = { [labelKeys.managed]: 'true', [labelKeys.spec]: hash };
  const [first] = parts;
  const whole = parts.length === 1 && first ? wanted.command(`/run/secrets/${first.file}`) : undefined;
  return {
    Name: jobName(wanted.name),
    Labels: labels,
    Mode: { GlobalJob: {} },
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Labels: labels,
        Command: whole ?? ['/bin/sh', '-c', joined(parts, wanted.command('/tmp/config'))],
        Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
        Secrets: parts.map(({ id, name, file }) => ({
          SecretID: id,
          SecretName: name,
          File: { Name: file, UID: '0', GID: '0', Mode: 0o400 },
        })),
        Mounts: [runVolumeMount(wanted), { Type: 'tmpfs' as const, Source: '', Target: '/tmp' }],
        ReadOnly: true,
        CapabilityDrop: ['ALL'],
      },
      // The proxy of a newly joined node needs a moment.
      RestartPolicy: { Condition: 'on-failure' as const, Delay: 1_000_000_000 },
    },
  };
}

/** Only for configurations larger than one secret; needs a shell in the image. */
function joined(parts: Part[], command: string[]): string {
  const files = parts.map(({ file }) => `/run/secrets/${file}`).join(' ');
  return `cat ${files} | gunzip > /tmp/config && exec ${command.join(' ')}`;
}

async function ensureParts(docker: Docker, { name, config }: Distribution, hash: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [at, data] of split(config).entries()) {
    const part = `${jobName(name)}-${hash.slice(0, 12)}-${at}`;
    parts.push({ id: await ensurePart(docker, name, part, data), name: part, file: `config-${at}` });
  }
  return parts;
}

function split(config: string): Buffer[] {
  const plain = Buffer.from(config);
  if (plain.length <= partBytes) return [plain];
  const packed = gzipSync(plain);
  const count = Math.ceil(packed.length / partBytes);
  return Array.from({ length: count }, (_, at) => packed.subarray(at * partBytes, (at + 1) * partBytes));
}

async function ensurePart(docker: Docker, service: string, name: string, data: Buffer): Promise<string> {
  const [present] = (await docker.listSecrets({ filters: { name: [name] } })).filter(({ Spec }) => Spec?.Name === name);
  if (present) return present.ID;
  const Labels = { [labelKeys.managed]: 'true', [labelKeys.service]: service };
  const made: { id: string } = await docker.createSecret({ Name: name, Labels, Data: data.toString('base64') });
  return made.id;
}

/** Removes the secrets of older configurations. */
async function removeParts(docker: Docker, name: string, hash: string | undefined): Promise<void> {
  const kept = hash === undefined ? undefined : `${jobName(name)}-${hash.slice(0, 12)}-`;
  for (const { ID, Spec } of await docker.listSecrets({ filters: { label: [`${labelKeys.service}=${name}`] } })) {
    if (kept === undefined || !Spec?.Name?.startsWith(kept)) await docker.getSecret(ID).remove().catch(unlessGone);
  }
}

/** Ignores secrets that are gone, or still held by an ending task; the next run removes those. */
function unlessGone(error: unknown): void {
  if (!isMissing(error) && !/in use/.test(reasonOf(error))) throw error;
}
