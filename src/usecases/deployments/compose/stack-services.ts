import type { ComposeService } from '../../../compose/parse.ts';
import type { Config } from '../../../config.ts';
import type { DockerConfig } from '../../../entities/application-config.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { labelKeys, labelsOf } from '../../../swarm/labels.ts';
import type { VolumeMount } from '../../../swarm/services/mounts.ts';
import { stackResourceName } from '../../../swarm/names.ts';
import type { ServiceExtras } from '../../../swarm/services/service-extras.ts';
import type { ServiceSpec } from '../../../swarm/swarm.ts';
import { networkOf } from '../../applications/application-network.ts';
import { checkedPort } from '../steps/service-spec-of.ts';
import type { Stack } from './read-stack.ts';

/** How often a task is started again that fails, unless the file says. */
const taskAttempts = 3;

/** A service of a stack with its Swarm spec. */
export interface StackService {
  /** Its name in the compose file. */
  name: string;
  spec: ServiceSpec;
  dependsOn: ComposeService['dependsOn'];
  /** One task on each node that fits, unless people have scaled it. */
  isGlobal?: true;
}

export interface StackContext {
  config: Config;
  deployment: Deployment;
  /** Images by service. */
  images: Readonly<Record<string, string>>;
  /** Keyed by the volume's name in the file. */
  volumes: Readonly<Record<string, Omit<VolumeMount, 'target'>>>;
  /** Digests of what the commit has in a volume, by the volume's name in the file. */
  contents: Readonly<Record<string, string>>;
}

/** The Swarm services of a compose file. */
export function toStackServices(stack: Stack, context: StackContext): StackService[] {
  return stack.services.map((service) => ({
    name: service.name,
    spec: toSpec(stack, service, context),
    dependsOn: service.dependsOn,
    ...(service.isGlobal && isUnscaled(context, service) && { isGlobal: true as const }),
  }));
}

function isUnscaled({ deployment }: StackContext, { name }: ComposeService): boolean {
  return deployment.application.dockerConfig.service_replicas?.[name] === undefined;
}

function toSpec(stack: Stack, service: ComposeService, context: StackContext): ServiceSpec {
  const { config, contents, deployment, images, volumes } = context;
  const { id, name, project, dockerConfig, sourceConfig } = deployment.application;
  const replicas = dockerConfig.service_replicas?.[service.name] ?? service.replicas;
  const texts = stack.texts[service.name];
  return {
    name: stackResourceName(project.name, name, id, service.name),
    image: images[service.name] ?? '',
    replicas,
    env: { ...texts?.env, ...service.environment },
    secretFiles: { ...texts?.files },
    docker: dockerConfigOf(service),
    volumes: service.volumes.flatMap(({ volume, target, readOnly }) => {
      const mount = volumes[volume];
      return mount ? [{ ...mount, target, ...(readOnly && { readOnly }) }] : [];
    }),
    ...networksOf(stack, service, deployment),
    ...(sourceConfig.compose_service === service.name && { port: checkedPort(dockerConfig) }),
    extras: extrasOf(service, contents),
    labels: {
      ...labels(service, deployment, replicas),
      ...(service.endsByItself && !isAwaited(stack, service) && { [labelKeys.background]: 'true' }),
    },
    monitorSeconds: config.deployments.monitorSeconds,
    ...(service.endsByItself && { job: true as const }),
    // A task that has ended runs again at every deployment.
    forceUpdate: service.endsByItself === true || deployment.metadata.force === true,
  };
}

function isAwaited({ services }: Stack, { name }: ComposeService): boolean {
  return services.some(({ dependsOn }) => dependsOn.some((one) => one.service === name && one.completed));
}

/**
 * A service without networks joins the application's network and the project's, where databases are. One that lists
 * networks joins those; an external one is the project's and, for the names of the services, one of the application's
 * own, since other applications are on the project's. The ingress routes over the project's network.
 */
function networksOf(
  { external, internal }: Stack,
  service: ComposeService,
  { application }: Deployment,
): Pick<ServiceSpec, 'network' | 'ownNetworks'> {
  const { id, name, project, sourceConfig } = application;
  const networks = service.networks ?? [{ network: 'default', aliases: [] }];
  const isRouted = sourceConfig.compose_service === service.name;
  const onProjects = isRouted || !service.networks || networks.some(({ network }) => external.includes(network));
  return {
    network: onProjects ? networkOf(application) : undefined,
    ownNetworks: networks.map(({ network, aliases }) => ({
      name: stackResourceName(project.name, name, id, `${network}-net`),
      aliases: [...new Set([service.name, ...service.aliases, ...aliases])],
      ...(internal.includes(network) && { internal: true }),
    })),
  };
}

/** Omits the commit when the image does not depend on it, so that unchanged services keep their tasks. */
function labels(service: ComposeService, deployment: Deployment, replicas: number): Record<string, string> {
  const { [labelKeys.commit]: commit, ...rest } = labelsOf(deployment);
  return {
    ...rest,
    ...(service.build && commit !== undefined && { [labelKeys.commit]: commit }),
    [labelKeys.stackService]: service.name,
    [labelKeys.replicas]: String(replicas),
  };
}

function dockerConfigOf(service: ComposeService): DockerConfig {
  const { limits, reservations } = service.resources;
  const { pids: _pids, ...limited } = limits;
  return {
    ...(service.hostPorts.length > 0 && { ports: service.hostPorts }),
    ...(service.healthcheck && { healthcheck: service.healthcheck }),
    ...(service.entrypoint && { command: service.entrypoint }),
    ...(service.command && { args: service.command }),
    ...(service.constraints.length > 0 && { constraints: service.constraints }),
    ...(service.stopGracePeriod !== undefined && { stop_grace_period: service.stopGracePeriod }),
    resources: { limits: limited, reservations },
  };
}

/** Two tasks must not write to one volume at once unless the file allows it. */
function extrasOf(service: ComposeService, contents: StackContext['contents']): ServiceExtras {
  const { update, volumes, maxReplicasPerNode, resources, restart, tmpfs } = service;
  const owners = service.files.flatMap(({ owner, target }) => (owner ? [[target, owner] as const] : []));
  // New contents replace the tasks, since many programs read their configuration only once.
  const filled = volumes.flatMap(({ volume }) => contents[volume] ?? []);
  const writes = volumes.some(({ readOnly }) => !readOnly);
  return {
    ...service.container,
    labels: { ...service.labels, ...(filled.length > 0 && { [labelKeys.contents]: filled.join(' ') }) },
    tmpfs,
    hostPaths: service.hostPaths,
    spread: service.spread,
    ...(owners.length > 0 && { fileOwners: Object.fromEntries(owners) }),
    restart: service.endsByItself ? { maxAttempts: taskAttempts, ...restart } : restart,
    update: { ...(writes && { order: 'stop-first' as const }), ...update },
    ...(maxReplicasPerNode !== undefined && { maxReplicasPerNode }),
    ...(resources.limits.pids !== undefined && { pidsLimit: resources.limits.pids }),
  };
}
