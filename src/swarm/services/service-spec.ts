import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import type { DockerConfig } from '../../entities/application-config.ts';
import { nanosecondsOf, parseCpus, secondsToNanoseconds } from '../engine-units.ts';
import { containerLabels, installationLabel, labelKeys } from '../labels.ts';
import { toMounts } from './mounts.ts';
import { type ProbeConfig, withProbe } from '../probe/probe-config.ts';
import { healthCheckForm, type HealthCheckForm } from './health-check.ts';
import { extraContainerSpec, extraRestartPolicy, extraUpdateConfig, extraMounts } from './service-extras.ts';
import { anySize, readSize } from '../../units/sizes.ts';
import type { ServiceSpec } from '../swarm.ts';

/** How long Swarm waits before it starts a task again that ended, seconds. */
const restartDelaySeconds = 1;

/** Engine ids of what the spec names. */
export interface Resolved {
  /** In the order of the spec's: the project's first. */
  networks: { id: string; aliases?: string[] }[];
  /** Key of `secretFiles` → the Swarm secret that holds its value. */
  secrets: Record<string, { id: string; name: string }>;
  /** The Swarm config to mount for a check by HTTP (default none). */
  probe?: ProbeConfig | undefined;
  /** Id of the installation, for the service's labels (default none). */
  installation?: string | undefined;
  /** Whether the Engine knows the start interval of a health check (default it does not). */
  startInterval?: boolean;
  /** How long healthy tasks are watched, seconds (default as the spec says). */
  monitorSeconds?: number;
}

export interface EngineSpec extends Docker.ServiceSpec {
  Name: string;
  Labels: Record<string, string>;
  TaskTemplate: EngineTaskSpec;
}

export type EngineTaskSpec = Omit<Docker.ContainerTaskSpec, 'ContainerSpec'> & { ContainerSpec?: EngineContainerSpec };

/**
 * As the Engine answers it: with the same spelling when it is sent, what is no longer wanted is taken away. dockerode's
 * types spell the health check otherwise, which the Engine reads but never writes.
 */
export type EngineContainerSpec = Omit<Docker.ContainerSpec, 'HealthCheck'> & {
  Healthcheck?: HealthCheckForm | undefined;
};

/**
 * The Engine's form of a spec. What Shipmate decides is always present, as `undefined` when there is none,
 * so that merging it into an older spec takes away what is no longer wanted.
 */
export function toEngineSpec(spec: ServiceSpec, resolved: Resolved): EngineSpec {
  const made = engineSpec(spec, resolved);
  // Of what was asked for alone: the Engine's version changes without anybody wanting an update.
  const { networks, secrets } = resolved;
  const asked = JSON.stringify(engineSpec(spec, { networks, secrets }));
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  const labels = { ...installationLabel(resolved.installation), [labelKeys.spec]: hash };
  return { ...made, Labels: { ...made.Labels, ...labels } };
}

function engineSpec(spec: ServiceSpec, resolved: Resolved) {
  const update = updateConfig(spec, resolved);
  return {
    Name: spec.name,
    Labels: { ...spec.labels, [labelKeys.managed]: 'true' },
    Mode: modeOf(spec),
    TaskTemplate: {
      ContainerSpec: containerSpec(spec, resolved),
      Resources: resources(spec),
      RestartPolicy: spec.extras
        ? extraRestartPolicy(spec.extras, restartDelaySeconds)
        : { Condition: 'any', Delay: secondsToNanoseconds(restartDelaySeconds), MaxAttempts: 0 },
      Placement: placement(spec),
      Networks: resolved.networks.map(({ id, aliases }) => ({ Target: id, ...(aliases && { Aliases: aliases }) })),
    },
    // Swarm refuses them for jobs.
    UpdateConfig: spec.job ? undefined : { ...update, FailureAction: 'rollback' as const },
    RollbackConfig: spec.job ? undefined : { ...update, FailureAction: 'pause' as const },
    EndpointSpec: { Mode: 'dnsrr', Ports: hostPorts(spec.docker) },
  };
}

function modeOf({ job, replicas }: ServiceSpec): Docker.ServiceMode {
  if (!job) return { Replicated: { Replicas: replicas } };
  return { ReplicatedJob: { MaxConcurrent: replicas, TotalCompletions: replicas } } as Docker.ServiceMode;
}

/**
 * `stop-first` when a port is published on the host: a new task cannot take it while the old one has it,
 * so every update of such an application has a short gap.
 */
export function updateOrder(docker: DockerConfig): 'start-first' | 'stop-first' {
  return docker.ports?.some(({ host }) => host !== undefined) ? 'stop-first' : 'start-first';
}

/** Half of the tasks at a time, as replacing all at once drops requests under load, and any failure counts. */
function updateConfig(
  { docker, extras, replicas, monitorSeconds: most }: ServiceSpec,
  { monitorSeconds = most }: Resolved,
) {
  return {
    Parallelism: Math.max(1, Math.ceil(replicas / 2)),
    Delay: 0,
    Monitor: secondsToNanoseconds(monitorSeconds),
    MaxFailureRatio: 0,
    Order: updateOrder(docker),
    ...(extras && extraUpdateConfig(extras)),
  };
}

function placement({ docker, extras }: ServiceSpec): Docker.Placement {
  return {
    Constraints: docker.constraints ?? [],
    ...(extras?.spread?.length && {
      Preferences: extras.spread.map((one) => ({ Spread: { SpreadDescriptor: one } })),
    }),
    ...(extras?.maxReplicasPerNode !== undefined && { MaxReplicas: extras.maxReplicasPerNode }),
  };
}

function containerSpec(
  { image, env, labels, docker, extras, volumes = [] }: ServiceSpec,
  { probe, secrets, startInterval = false }: Resolved,
): EngineContainerSpec {
  const mounts = [...toMounts(volumes, labels[labelKeys.application]), ...(extras ? extraMounts(extras) : [])];
  return {
    Image: image,
    Labels: { ...extras?.labels, ...containerLabels(labels) },
    Mounts: mounts.length > 0 ? mounts : undefined,
    Command: docker.command,
    Args: docker.args,
    Env: Object.entries(env)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    Healthcheck: healthCheckForm(docker, { frequentAtStart: startInterval, probe: probe !== undefined }),
    Configs: withProbe([], probe),
    StopGracePeriod: nanosecondsOf(docker.stop_grace_period ?? '10s'),
    Secrets: Object.entries(secrets)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, { id, name }]) => ({
        File: {
          Name: key,
          UID: extras?.fileOwners?.[key]?.uid ?? '0',
          GID: extras?.fileOwners?.[key]?.gid ?? '0',
          Mode: extras?.fileOwners?.[key]?.mode ?? 0o444,
        },
        SecretID: id,
        SecretName: name,
      })),
    ...(extras && extraContainerSpec(extras)),
  };
}

function resources({ docker: { resources: wanted }, extras }: ServiceSpec): Docker.ResourceRequirements {
  const pids = extras?.pidsLimit === undefined ? {} : { Pids: extras.pidsLimit };
  return { Limits: { ...amounts(wanted?.limits), ...pids }, Reservations: amounts(wanted?.reservations) };
}

function amounts(wanted: { memory?: string; cpus?: string } | undefined) {
  return {
    ...(wanted?.memory && { MemoryBytes: readSize(wanted.memory, anySize) }),
    ...(wanted?.cpus && { NanoCPUs: parseCpus(wanted.cpus) }),
  };
}

function hostPorts({ ports = [] }: DockerConfig): Docker.PortConfig[] {
  return ports.flatMap(({ container, host, protocol }) =>
    host === undefined
      ? []
      : [
          {
            Protocol: protocol ?? ('tcp' as const),
            TargetPort: container,
            PublishedPort: host,
            PublishMode: 'host' as const,
          },
        ],
  );
}
