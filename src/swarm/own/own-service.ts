import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ignoreMissing } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { inspectService } from '../services/inspect.ts';
import { ensureSecrets, removeUnusedSecrets } from '../services/secrets.ts';
import type { EngineSpec } from '../services/service-spec.ts';
import { createOrUpdate } from '../services/update.ts';

/** Shipmate itself as a service of the swarm. */
export interface OwnService {
  image: string;
  replicas: number;
  /** Published on each node that runs a task, so that addresses of clients stay what they are. */
  port: number;
  /** Lines of `NAME=value`; a Swarm secret, since everyone at the Engine can read a service's environment. */
  variables: string;
  /** Of the Engine's socket on the managers. */
  group: number;
  /** How long a stop may take, milliseconds. */
  stopMs: number;
  nodeOptions: readonly string[];
}

const name = 'shipmate';
const volume = 'shipmate-data';
const secretKey = 'shipmate.env';
/** Marks the service, which is not one that Shipmate manages. */
const label = 'shipmate.self';
const nanoseconds = 1_000_000;
/** Seconds of Swarm's clock after which a task that ended is started again. */
const restartSeconds = 5;
/** How long tasks may take to end, and the pause between looks, milliseconds. */
const [endMs, pollMs] = [120_000, 200];

/** Creates the service, or brings it to what is wanted: one task after the other. */
export async function applyOwnService(docker: Docker, own: OwnService): Promise<void> {
  const { [secretKey]: secret } = await ensureSecrets(docker, { name, secretFiles: { [secretKey]: own.variables } });
  if (!secret) throw new Error('the secret of the variables was not made');
  await createOrUpdate(docker, specOf(own, secret), { force: false, login: undefined });
  await removeUnusedSecrets(docker, name, await inspectService(docker, name));
}

function specOf(own: OwnService, secret: { id: string; name: string }): EngineSpec {
  const file = { Name: secretKey, UID: '0', GID: '0', Mode: 0o444 };
  return {
    Name: name,
    Labels: { [label]: 'true' },
    TaskTemplate: {
      ContainerSpec: {
        Image: own.image,
        Command: ['node', `--env-file=/run/secrets/${secretKey}`, ...own.nodeOptions],
        Args: ['bundle/main.bundle.mjs', '--no-console'],
        Env: ['NODE_ENV=production', 'SHIPMATE_HOST=0.0.0.0', 'SHIPMATE_DATA_DIR=/data'],
        Groups: [String(own.group)],
        Init: true,
        StopGracePeriod: own.stopMs * nanoseconds,
        Mounts: [
          { Type: 'bind', Source: '/var/run/docker.sock', Target: '/var/run/docker.sock' },
          // With the label it is named by an uninstallation, and removed by one that purges.
          {
            Type: 'volume',
            Source: volume,
            Target: '/data',
            VolumeOptions: {
              NoCopy: false,
              Labels: { [labelKeys.managed]: 'true' },
              DriverConfig: { Name: '', Options: {} },
            },
          },
        ],
        Secrets: [{ SecretID: secret.id, SecretName: secret.name, File: file }],
      },
      RestartPolicy: { Condition: 'any', Delay: restartSeconds * 1_000 * nanoseconds },
      // Only managers answer for the swarm; two tasks would want the same port.
      Placement: { Constraints: ['node.role==manager'], MaxReplicas: 1 },
    },
    Mode: { Replicated: { Replicas: own.replicas } },
    UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'rollback' },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: [{ Protocol: 'tcp', PublishMode: 'host', TargetPort: own.port, PublishedPort: own.port }],
    },
  };
}

/** Whether Shipmate is a service of this swarm. */
export async function hasOwnService(docker: Docker): Promise<boolean> {
  const service = await inspectService(docker, name);
  return service?.Spec?.Labels?.[label] === 'true';
}

export interface OwnTasks {
  running: number;
  /** When the newest of these was made; ISO 8601. */
  newest: string | undefined;
  /** Why the newest task that ended did so. */
  failure: string | undefined;
}

/** How the tasks of the version that is wanted stand. */
export async function ownTasks(docker: Docker): Promise<OwnTasks> {
  const service = await inspectService(docker, name);
  const tasks = (await docker.listTasks({ filters: { service: [name] } })) as Task[];
  const template: Docker.ContainerTaskSpec | undefined = service?.Spec?.TaskTemplate;
  const wanted = template?.ContainerSpec;
  const current = tasks.filter(({ Spec: { ContainerSpec } }) => sameVersion(ContainerSpec, wanted));
  const ended = current.filter(({ Status }) => Status.Err).toSorted((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
  const running = current.filter(({ Status, DesiredState }) =>
    [Status.State, DesiredState].every((state) => state === 'running'),
  );
  return {
    running: running.length,
    newest: running
      .map(({ CreatedAt }) => CreatedAt)
      .sort()
      .at(-1),
    failure: ended[0]?.Status.Err,
  };
}

interface Task {
  CreatedAt: string;
  DesiredState: string;
  Spec: Docker.ContainerTaskSpec;
  Status: { State: string; Err?: string };
}

type Version = Docker.ContainerSpec | undefined;

function sameVersion(a: Version, b: Version): boolean {
  return a?.Image === b?.Image && a?.Secrets?.[0]?.SecretID === b?.Secrets?.[0]?.SecretID;
}

/** What its tasks printed since then. */
export async function ownOutput(docker: Docker, since: string): Promise<string> {
  const seconds = Math.floor(Date.parse(since) / 1_000);
  const options = { stdout: true, stderr: false, since: seconds };
  return ((await docker.getService(name).logs(options)) as unknown as Buffer).toString('utf8');
}

/** Removes the service with its secrets, which its tasks hold a little longer; the volume stays. */
export async function removeOwnService(docker: Docker): Promise<void> {
  await docker.getService(name).remove().catch(ignoreMissing);
  const deadline = performance.now() + endMs;
  while (performance.now() < deadline) {
    await removeUnusedSecrets(docker, name);
    const left = await docker.listSecrets({ filters: { label: [`${labelKeys.service}=${name}`] } });
    if (left.length === 0) return;
    await delay(pollMs);
  }
}
