import { isDeepStrictEqual } from 'node:util';
import type { ComposeService } from '../../src/compose/parse.ts';
import { unnamed } from '../../src/compose/to-mounts.ts';
import { anyDuration, readDuration } from '../../src/units/durations.ts';
import { anySize, readSize } from '../../src/units/sizes.ts';

/** A service as `docker-compose config --format json` prints it, with dollar signs once. */
export type ReferenceService = Record<string, unknown>;

type Same = (service: ComposeService, value: never) => boolean;

interface Mount {
  type: string;
  source?: string;
  target: string;
  read_only?: boolean;
}

const container =
  (key: keyof ComposeService['container']): Same =>
  (service, value) =>
    isDeepStrictEqual(service.container[key], value);

/** By key of the reference, whether the service has the same; a key that is not here has to be told of. */
export const aspects: Readonly<Record<string, Same>> = {
  image: ({ build, image }, value) => build !== undefined || image === value,
  build: sameBuild,
  command: ({ command }, value) => isDeepStrictEqual(command ?? null, value),
  entrypoint: ({ entrypoint }, value) => isDeepStrictEqual(entrypoint ?? null, value),
  environment: ({ environment }, value) => isDeepStrictEqual(sorted(environment), sorted(value)),
  env_file: ({ envFiles }, value: { path: string }[]) => envFiles.length === value.length,
  ports: samePorts,
  expose: () => true,
  volumes: sameMounts,
  tmpfs: ({ tmpfs }, value: string[]) => value.every((one) => tmpfs.some(({ target }) => target === one.split(':')[0])),
  networks: sameNetworks,
  depends_on: ({ dependsOn }, value: Record<string, { condition: string; required: boolean }>) =>
    isDeepStrictEqual(
      sorted(Object.fromEntries(dependsOn.map((one) => [one.service, conditionOf(one)]))),
      sorted(Object.fromEntries(Object.entries(value).map(([name, { condition }]) => [name, condition]))),
    ),
  links: () => true,
  // Images are pulled at every deployment.
  pull_policy: (_, value) => ['always', 'missing', 'if_not_present', 'build'].includes(value),
  container_name: ({ aliases, name }, value) => name === value || aliases.includes(value),
  healthcheck: sameHealthcheck,
  // Swarm restarts whatever ends, unless it is a task.
  restart: ({ endsByItself, restart }, value: string) =>
    endsByItself || restart.condition === conditions[value.split(':')[0] ?? ''],
  labels: ({ labels }, value: object) => Object.entries(value).every(([key, one]) => labels[key] === one),
  profiles: () => true,
  scale: ({ replicas }, value) => replicas === value,
  deploy: sameDeploy,
  mem_limit: ({ resources }, value) => sameSize(resources.limits.memory, value),
  mem_reservation: ({ resources }, value) => sameSize(resources.reservations.memory, value),
  cpus: ({ resources }, value) => Number(resources.limits.cpus) === Number(value),
  pids_limit: ({ resources }, value) => resources.limits.pids === value,
  secrets: ({ files }, value: unknown[]) => files.length >= value.length,
  configs: ({ files }, value: unknown[]) => files.length >= value.length,
  shm_size: ({ tmpfs }, value) =>
    tmpfs.some(({ sizeBytes, target }) => target === '/dev/shm' && sizeBytes === Number(value)),
  user: container('user'),
  working_dir: container('workingDir'),
  hostname: container('hostname'),
  init: container('init'),
  read_only: container('readOnly'),
  stop_signal: container('stopSignal'),
  tty: container('tty'),
  stdin_open: container('openStdin'),
  group_add: container('groups'),
  cap_add: container('capAdd'),
  cap_drop: container('capDrop'),
  sysctls: container('sysctls'),
  ulimits: ({ container: { ulimits = [] } }, value: object) => ulimits.length === Object.keys(value).length,
  dns: ({ container: { dns } }, value) => isDeepStrictEqual(dns?.servers, value),
  dns_search: ({ container: { dns } }, value) => isDeepStrictEqual(dns?.search, value),
  dns_opt: ({ container: { dns } }, value) => isDeepStrictEqual(dns?.options, value),
  extra_hosts: ({ container: { extraHosts = [] } }, value: string[]) =>
    value.every((one) => extraHosts.includes(one.split('=').reverse().join(' '))),
  stop_grace_period: ({ stopGracePeriod }, value) => sameDuration(stopGracePeriod, value),
};

/** Keys of the reference whose values the service does not have. */
export function differencesOf(service: ComposeService, reference: ReferenceService): string[] {
  return Object.entries(reference).flatMap(([key, value]) => {
    if (value === null || value === undefined || isEmpty(value)) return [];
    const same = aspects[key];
    return same?.(service, value as never) ? [] : [key];
  });
}

const conditions: Readonly<Record<string, string>> = {
  no: 'any',
  always: 'any',
  'unless-stopped': 'any',
  'on-failure': 'on-failure',
};

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Without variables that have no value, in the order of their names. */
function sorted(map: object): Record<string, unknown> {
  const set = Object.entries(map).filter(([, value]) => value !== null);
  return Object.fromEntries(set.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function conditionOf({ completed, healthy }: ComposeService['dependsOn'][number]): string {
  if (completed) return 'service_completed_successfully';
  return healthy ? 'service_healthy' : 'service_started';
}

function sameBuild(
  { build }: ComposeService,
  value: {
    context: string;
    dockerfile?: string;
    dockerfile_inline?: string;
    target?: string;
    args?: object;
    additional_contexts?: Record<string, string>;
  },
): boolean {
  if (!build) return false;
  const { build_args = {}, build_context = '.', contexts = {}, dockerfile = 'Dockerfile', target } = build;
  return isDeepStrictEqual(
    [plain(build_context), plain(dockerfile), target, sorted(build_args), build.dockerfile_inline, named(contexts)],
    [
      plain(value.context),
      plain(value.dockerfile ?? 'Dockerfile'),
      value.target,
      sorted(value.args ?? {}),
      value.dockerfile_inline,
      named(value.additional_contexts ?? {}),
    ],
  );
}

function named(contexts: Readonly<Record<string, string>>): object {
  return sorted(Object.fromEntries(Object.entries(contexts).map(([name, source]) => [name, plain(source)])));
}

/** `./web/` and `web` are one path. */
function plain(path: string): string {
  return path.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, '');
}

function samePorts(
  { exposed, hostPorts, published }: ComposeService,
  value: { target: number; published?: string; protocol: string }[],
): boolean {
  const all = [...hostPorts, ...published];
  if (all.length !== value.filter((one) => one.published !== undefined).length) return false;
  return value.every(({ protocol, published: host, target }) =>
    host === undefined
      ? protocol === 'udp' || exposed.includes(target)
      : all.some(
          (one) => one.container === target && one.host === Number(host) && (one.protocol ?? 'tcp') === protocol,
        ),
  );
}

function sameMounts(service: ComposeService, value: Mount[]): boolean {
  const { checkoutMounts, hostPaths, volumes } = service;
  const bound = value.filter(({ type }) => type !== 'tmpfs').length;
  const ours = volumes.length + checkoutMounts.length + hostPaths.length;
  return ours === bound && value.every((mount) => hasMount(service, mount));
}

function hasMount(
  { checkoutMounts, hostPaths, name, tmpfs, volumes }: ComposeService,
  { read_only: readOnly = false, source, target: given, type }: Mount,
): boolean {
  const target = given.replace(/(?<=.)\/+$/, '');
  if (type === 'tmpfs') return tmpfs.some((one) => one.target === target);
  const among = [
    ...volumes.map((one) => ({ ...one, source: one.volume })),
    ...checkoutMounts.map((one) => ({ ...one, source: plain(one.source) })),
    ...hostPaths,
  ];
  const from = source === undefined ? unnamed(name, target) : plain(source);
  return among.some((one) => one.target === target && one.source === from && one.readOnly === readOnly);
}

function sameNetworks({ networks }: ComposeService, value: Record<string, { aliases?: string[] } | null>): boolean {
  const ours = networks ?? [{ network: 'default', aliases: [] }];
  const pairs = ours.map(({ aliases, network }) => [network, aliases] as const);
  const theirs = Object.entries(value).map(([network, given]) => [network, given?.aliases ?? []] as const);
  return isDeepStrictEqual(sorted(Object.fromEntries(pairs)), sorted(Object.fromEntries(theirs)));
}

interface ReferenceCheck {
  test?: string[];
  disable?: boolean;
  retries?: number;
  interval?: string;
  timeout?: string;
  start_period?: string;
}

function sameHealthcheck({ healthcheck }: ComposeService, value: ReferenceCheck): boolean {
  if (value.disable) return healthcheck?.test[0] === 'NONE';
  return (
    isDeepStrictEqual(healthcheck?.test, value.test ?? []) &&
    healthcheck?.retries === value.retries &&
    sameDuration(healthcheck?.interval, value.interval) &&
    sameDuration(healthcheck?.timeout, value.timeout) &&
    sameDuration(healthcheck?.start_period, value.start_period)
  );
}

interface ReferenceDeploy {
  mode?: string;
  replicas?: number;
  placement?: { constraints?: string[] };
  resources?: { limits?: { memory?: string; cpus?: number } };
}

function sameDeploy(
  { constraints, endsByItself, isGlobal, replicas, resources: { limits } }: ComposeService,
  value: ReferenceDeploy,
) {
  const { cpus, memory } = value.resources?.limits ?? {};
  const mode = `${isGlobal ? 'global' : 'replicated'}${endsByItself ? '-job' : ''}`;
  return (
    (value.mode === undefined || value.mode === mode) &&
    (value.replicas === undefined || value.replicas === replicas) &&
    isDeepStrictEqual(value.placement?.constraints ?? [], constraints) &&
    sameSize(limits.memory, memory) &&
    (cpus === undefined || Number(limits.cpus) === Number(cpus))
  );
}

function sameSize(ours: string | undefined, theirs: string | number | undefined): boolean {
  return theirs === undefined || (ours !== undefined && readSize(ours, anySize) === Number(theirs));
}

function sameDuration(ours: string | undefined, theirs: string | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return readDuration(ours, anyDuration) === readDuration(theirs, anyDuration);
}
