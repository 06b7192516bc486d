import type { ContainerDetails } from '../entities/container-details.ts';
import type { ComposeFileMount, ComposeHealthcheck, ComposeService } from './compose-stack.ts';
import type { RawFile } from './file-schema.ts';
import type { Lookup } from './interpolate.ts';
import type { RawService } from './service-schema.ts';
import { anySize, readSize } from '../units/sizes.ts';

/** What a service is read in. */
export interface ServiceContext {
  file: RawFile;
  /** Names of the services that are deployed. */
  active: readonly string[];
  lookup: Lookup;
}

/** One service of a checked file in one form. */
export function toService(name: string, raw: RawService, { active, file, lookup }: ServiceContext): ComposeService {
  const mounts = [...(raw.volumes ?? []), ...(raw.tmpfs ?? [])];
  const image = raw.image || undefined;
  return {
    name,
    ...(image !== undefined && { image }),
    ...(raw.build && {
      build: {
        build_context: raw.build.context ?? '.',
        ...(raw.build.dockerfile && { dockerfile: raw.build.dockerfile }),
        build_args: withValues(raw.build.args, lookup),
        ...(raw.build.target && { target: raw.build.target }),
      },
    }),
    ...(raw.entrypoint && { entrypoint: raw.entrypoint }),
    ...(raw.command && { command: raw.command }),
    environment: withValues(raw.environment, lookup),
    envFiles: (raw.env_file ?? []).map(({ path, required = true }) => ({ path, required })),
    hostPorts: (raw.ports ?? []).flatMap(({ target, published }) =>
      published === undefined ? [] : [{ container: target, host: published }],
    ),
    volumes: mounts.flatMap(({ type = 'volume', source, target, read_only: readOnly = false }) =>
      type === 'volume' ? [{ volume: source ?? '', target, readOnly }] : [],
    ),
    tmpfs: mounts.flatMap(({ type, target, tmpfs }) =>
      type === 'tmpfs'
        ? [{ target, ...(tmpfs?.size !== undefined && { sizeBytes: readSize(tmpfs.size, anySize) }) }]
        : [],
    ),
    ...(raw.networks && {
      networks: Object.entries(raw.networks).map(([network, options]) => ({
        network,
        aliases: options?.aliases ?? [],
      })),
    }),
    dependsOn: Object.entries(raw.depends_on ?? {}).flatMap(([service, dependency]) =>
      active.includes(service) ? [{ service, healthy: dependency?.condition === 'service_healthy' }] : [],
    ),
    ...healthcheckOf(raw.healthcheck),
    files: filesOf(raw, file),
    labels: Object.fromEntries(
      Object.entries({ ...raw.labels, ...raw.deploy?.labels }).map(([key, value]) => [key, value ?? '']),
    ),
    replicas: raw.deploy?.replicas ?? raw.scale ?? 1,
    resources: resourcesOf(raw),
    constraints: raw.deploy?.placement?.constraints ?? [],
    ...keep('maxReplicasPerNode', raw.deploy?.placement?.max_replicas_per_node),
    update: present(raw.deploy?.update_config ?? {}),
    restart: restartOf(raw),
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

function filesOf(raw: RawService, file: RawFile): ComposeFileMount[] {
  const mount =
    (declared: RawFile['secrets'], defaultTarget: (source: string) => string) =>
    ({ source, target }: { source: string; target?: string | undefined }): ComposeFileMount => {
      const { environment, content, file: path } = declared?.[source] ?? {};
      const from =
        environment !== undefined
          ? { variable: environment }
          : path !== undefined
            ? { file: path }
            : { content: content ?? '' };
      return { target: target ?? defaultTarget(source), from };
    };
  return [
    ...(raw.secrets ?? []).map(mount(file.secrets, (source) => source)),
    ...(raw.configs ?? []).map(mount(file.configs, (source) => `/${source}`)),
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

function restartOf({ deploy, restart = 'always' }: RawService): ComposeService['restart'] {
  const [condition, attempts] = restart.split(':');
  const policy = deploy?.restart_policy;
  return {
    condition: policy?.condition ?? (condition === 'on-failure' ? 'on-failure' : 'any'),
    ...keep('delay', policy?.delay),
    ...keep('maxAttempts', policy?.max_attempts ?? (attempts === undefined ? undefined : Number(attempts))),
    ...keep('window', policy?.window),
  };
}

function containerOf(raw: RawService): ContainerDetails {
  const hosts = raw.extra_hosts && Object.entries(raw.extra_hosts).map(([host, address]) => `${address} ${host}`);
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
    ...keep('capDrop', raw.cap_drop),
    ...keep('extraHosts', hosts),
  };
}
