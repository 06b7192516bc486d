import type { Application } from '../../entities/application.ts';
import { UsageError } from '../../errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { stackResourceName, serviceName } from '../../swarm/names.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import { didYouMean } from '../../closest-name.ts';
import type { Deps } from '../deps.ts';
import { allOf } from '../../word-lists.ts';
import { quoted } from '../../quoted.ts';

/** What Swarm runs of an application: its one service, or those of a stack by name. */
export async function servicesOf({ swarm }: Pick<Deps, 'swarm'>, application: Application): Promise<ServiceStatus[]> {
  const { id, name, project, type } = application;
  if (type === 'compose') return servicesWithLabel(await swarm.list(), id);
  const service = await swarm.inspect(serviceName(project.name, name, id));
  return service ? [service] : [];
}

/**
 * Names of services that may exist, those of its one-off tasks included; leftovers of a removed service (volumes,
 * secrets) carry its name too.
 */
export async function serviceNamesOf(deps: Pick<Deps, 'swarm'>, application: Application): Promise<string[]> {
  const { id, name, project, type } = application;
  const tasks = (await deps.swarm.oneOffs()).filter(({ labels }) => labels[labelKeys.application] === id);
  const services = type === 'compose' ? await servicesOf(deps, application) : [];
  const own = type === 'compose' ? [] : [serviceName(project.name, name, id)];
  return [...own, ...[...services, ...tasks].map((service) => service.name)];
}

/** Services labelled with the application's id, by name; without its one-off tasks. */
export function servicesWithLabel(services: readonly ServiceStatus[], applicationId: string): ServiceStatus[] {
  return services
    .filter(({ labels }) => labels[labelKeys.application] === applicationId && labels[labelKeys.oneOff] === undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The Swarm service that the ingress routes to; undefined when a stack names none. */
export function routedService({ id, name, project, type, sourceConfig }: Application): string | undefined {
  if (type !== 'compose') return serviceName(project.name, name, id);
  const routed = sourceConfig.compose_service;
  return routed && stackResourceName(project.name, name, id, routed);
}

/** What the compose file calls a service of a stack; undefined for other applications. */
export function nameInStack({ labels }: Pick<ServiceStatus, 'labels'>): string | undefined {
  return labels[labelKeys.stackService];
}

/** Totals over several services. */
export function countTasks(services: readonly ServiceStatus[]): { replicas: number; running: number } {
  const sum = (key: 'replicas' | 'running') => services.reduce((all, service) => all + service[key], 0);
  return { replicas: sum('replicas'), running: sum('running') };
}

/** The service with this name. @throws {UsageError} listing the services when the name is missing or unknown. */
export function findStackService(
  application: Application,
  services: readonly ServiceStatus[],
  name: string | undefined,
): ServiceStatus {
  const found = services.find((service) => nameInStack(service) === name);
  if (name !== undefined && found) return found;
  const names = services.flatMap((service) => nameInStack(service) ?? []);
  if (names.length === 0)
    throw new UsageError(`\`${application.name}\` has a single service. Leave out \`--service\`.`);
  const listed = allOf(names);
  if (name === undefined) {
    throw new UsageError(`\`${application.name}\` has several services: ${listed}. Choose one with \`--service\`.`);
  }
  const hint = didYouMean(name, names, `It has ${listed}.`);
  throw new UsageError(`\`${application.name}\` has no service ${quoted(name)}. ${hint}`);
}
