import type { ContainerDetails } from '../entities/container-details.ts';
import type { ComposeFileMount, ComposeHealthcheck, ComposeService } from './compose-stack.ts';
import type { RawFile } from './file-schema.ts';
import type { Lookup } from './interpolate.ts';
import type { ServiceContext } from './service-context.ts';
import type { RawService } from './service-schema.ts';
import { isTask } from './tasks.ts';
import { mountsOf } from './to-mounts.ts';
import { aliasesOf, portsOf } from './to-network.ts';

/** One service of a checked file in one form. */
export function toService(name: string, raw: RawService, context: ServiceContext): ComposeService {
  const { active, file, lookup } = context;
  const ends = isTask(name, raw, file);
  const image = raw.image || undefined;
  return {
    name,
    ...(image !== undefined && { image }),
    ...(raw.build && {
      build: {
        build_context: raw.build.context ?? '.',
        ...(raw.build.dockerfile && { dockerfile: raw.build.dockerfile }),
        ...keep('dockerfile_inline', raw.build.dockerfile_inline),
        build_args: withValues(raw.build.args, lookup),
        ...keep('contexts', raw.build.additional_contexts),
        ...(raw.build.target && { target: raw.build.target }),
      },
    }),
    ...(raw.build?.secrets && {
      buildSecrets: raw.build.secrets
        .map(mountOf(file.secrets, (source) => source))
        .map(({ from, target }) => ({ from, target })),
    }),
    ...(raw.entrypoint && { entrypoint: raw.entrypoint }),
    ...(raw.command && { command: raw.command }),
    environment: withValues(raw.environment, lookup),
    envFiles: (raw.env_file ?? []).map(({ format, path, required = true }) => ({
      path,
      required,
      ...(format && { format }),
    })),
    ...portsOf(raw.ports ?? [], (at) => context.placeOf(['services', name, 'ports', at])),
    ...mountsOf(name, raw, context),
    aliases: aliasesOf(name, raw, file),
    ...(raw.networks && {
      networks: Object.entries(raw.networks).map(([network, options]) => ({
        network,
        aliases: options?.aliases ?? [],
      })),
    }),
    dependsOn: dependenciesOf(raw, active),
    ...(ends && { endsByItself: true as const }),
    ...healthcheckOf(raw.healthcheck),
    files: filesOf(raw, file),
    labels: Object.fromEntries(
      Object.entries({ ...raw.labels, ...raw.deploy?.labels }).map(([key, value]) => [key, value ?? '']),
    ),
    ...keep('labelFiles', raw.label_file),
    replicas: raw.deploy?.replicas ?? raw.scale ?? 1,
    ...(raw.deploy?.mode?.startsWith('global') && { isGlobal: true as const }),
    resources: resourcesOf(raw),
    constraints: raw.deploy?.placement?.constraints ?? [],
    spread: (raw.deploy?.placement?.preferences ?? []).map(({ spread }) => spread),
    ...keep(
      'maxReplicasPerNode',
      raw.deploy?.mode?.startsWith('global') ? 1 : raw.deploy?.placement?.max_replicas_per_node,
    ),
    update: present(raw.deploy?.update_config ?? {}),
    restart: restartOf(raw, ends),
    ...keep('stopGracePeriod', raw.stop_grace_period),
    container: containerOf(raw),
  };
}

/** Under exactOptionalPropertyTypes undefined is not absent. */
function keep<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** The same without keys that are undefined. */
function present<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A key without a value takes the variable of that name, or is omitted if that is not set. */
function withValues(map: Record<string, string | null> | undefined, lookup: Lookup): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).flatMap(([key, value]) => {
      const found = value ?? lookup(key);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}

function healthcheckOf(raw: RawService['healthcheck']): { healthcheck?: ComposeHealthcheck } {
  if (!raw) return {};
  const { disable, test, ...timing } = raw;
  if (disable || test === 'NONE') return { healthcheck: { test: ['NONE'] } };
  const words = typeof test === 'string' ? ['CMD-SHELL', test] : (test ?? []);
  return { healthcheck: { test: words, ...present(timing) } };
}

function mountOf(declared: RawFile['secrets'], defaultTarget: (source: string) => string) {
  return ({ source, target, ...owner }: NonNullable<RawService['secrets']>[number]): ComposeFileMount => {
    const { environment, content, file: path } = declared?.[source] ?? {};
    const from =
      environment !== undefined
        ? { variable: environment }
        : path !== undefined
          ? { file: path }
          : { content: content ?? '' };
    const given = present(owner);
    return {
      target: target ?? defaultTarget(source),
      ...(Object.keys(given).length > 0 && { owner: given }),
      from,
    };
  };
}

function filesOf(raw: RawService, file: RawFile): ComposeFileMount[] {
  return [
    ...(raw.secrets ?? []).map(mountOf(file.secrets, (source) => source)),
    ...(raw.configs ?? []).map(mountOf(file.configs, (source) => `/${source}`)),
  ];
}

function resourcesOf({ deploy, ...raw }: RawService): ComposeService['resources'] {
  const { limits, reservations } = deploy?.resources ?? {};
  return {
    limits: {
      ...keep('memory', limits?.memory ?? raw.mem_limit),
      ...keep('cpus', limits?.cpus ?? raw.cpus),
      ...keep('pids', limits?.pids ?? raw.pids_limit),
    },
    reservations: {
      ...keep('memory', reservations?.memory ?? raw.mem_reservation),
      ...keep('cpus', reservations?.cpus),
    },
  };
}

const restartConditions: Record<string, ComposeService['restart']['condition']> = {
  no: 'none',
  false: 'none',
  'on-failure': 'on-failure',
};

/** Swarm keeps a service running unless it is a task, which it does not start again once it has ended well. */
function restartOf({ deploy, restart = '' }: RawService, ends: boolean): ComposeService['restart'] {
  const [word = '', attempts] = restart.split(':');
  const policy = deploy?.restart_policy;
  const asked = policy?.condition ?? restartConditions[word];
  const forTask = asked === undefined && word === '' ? 'none' : asked === 'none' ? 'none' : 'on-failure';
  return {
    condition: ends ? forTask : asked === 'on-failure' ? asked : 'any',
    ...keep('delay', policy?.delay),
    ...keep('maxAttempts', policy?.max_attempts ?? (attempts === undefined ? undefined : Number(attempts))),
    ...keep('window', policy?.window),
  };
}

function containerOf(raw: RawService): ContainerDetails {
  const hosts = raw.extra_hosts && extraHostsOf(raw.extra_hosts);
  return {
    ...keep('user', raw.user),
    ...keep('workingDir', raw.working_dir),
    ...keep('hostname', raw.hostname),
    ...keep('init', raw.init),
    ...keep('readOnly', raw.read_only),
    ...keep('stopSignal', raw.stop_signal),
    ...keep('tty', raw.tty),
    ...keep('openStdin', raw.stdin_open),
    ...keep('groups', raw.group_add),
    ...keep('capAdd', raw.cap_add),
    ...keep('capDrop', raw.cap_drop),
    ...keep('sysctls', raw.sysctls),
    ...keep('ulimits', raw.ulimits && ulimitsOf(raw.ulimits)),
    ...dnsOf(raw),
    ...keep('extraHosts', hosts),
  };
}

function extraHostsOf(hosts: NonNullable<RawService['extra_hosts']>): string[] {
  return Object.entries(hosts).flatMap(([host, addresses]) =>
    [addresses].flat().map((address) => `${address.replace(/^\[|\]$/g, '')} ${host}`),
  );
}

function ulimitsOf(limits: NonNullable<RawService['ulimits']>): NonNullable<ContainerDetails['ulimits']> {
  return Object.entries(limits).map(([name, limit]) =>
    typeof limit === 'number' ? { name, soft: limit, hard: limit } : { name, ...limit },
  );
}

function dnsOf({ dns, dns_search: search, dns_opt: options }: RawService): Pick<ContainerDetails, 'dns'> {
  if (!dns && !search && !options) return {};
  return { dns: { servers: dns ?? [], search: search ?? [], options: options ?? [] } };
}

function dependencyOn(service: string, condition: string | undefined): ComposeService['dependsOn'][number] {
  return {
    service,
    healthy: condition === 'service_healthy',
    ...(condition === 'service_completed_successfully' && { completed: true as const }),
  };
}

/** A link is a dependency, too. */
function dependenciesOf(raw: RawService, active: readonly string[]): ComposeService['dependsOn'] {
  const linked = (raw.links ?? []).map((link) => [link.split(':')[0] ?? '', null] as const);
  return Object.entries({ ...Object.fromEntries(linked), ...raw.depends_on }).flatMap(([service, dependency]) =>
    active.includes(service) ? [dependencyOn(service, dependency?.condition)] : [],
  );
}
