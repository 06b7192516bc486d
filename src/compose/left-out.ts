import { showPath } from './refused.ts';

const swarm = 'Swarm services do not have it';
const applications = 'Shipmate manages it';
const addresses = 'Swarm assigns the addresses';
const own = 'every container has its own';

interface LeftOut {
  why: string;
  /** Values that are left out; others are refused (default: all). */
  values?: readonly (string | boolean)[];
  /** Values that need no warning. */
  quiet?: readonly (string | boolean)[];
}

/** Keys of a service that mean nothing on Swarm, or that Shipmate decides: taken with a warning. */
export const leftOutServiceKeys: Readonly<Record<string, LeftOut>> = {
  pull_policy: {
    why: 'images are pulled at every deployment',
    quiet: ['always', 'missing', 'if_not_present', 'build'],
  },
  logging: { why: '`logs` needs the Engine’s own logging driver' },
  platform: { why: 'Swarm chooses nodes that can run the image; see `deploy.placement`' },
  network_mode: { why: 'services use the application’s overlay networks', values: ['bridge', 'default'] },
  ipc: { why: own, values: ['private', 'shareable', 'none'] },
  cgroup: { why: own, values: ['private'] },
  security_opt: { why: 'containers keep the Engine’s default security profile' },
  develop: { why: 'it is for local development' },
  attach: { why: 'it is for `docker compose up` in a terminal' },
  domainname: { why: swarm },
  mac_address: { why: swarm },
  annotations: { why: swarm },
  isolation: { why: swarm },
  blkio_config: { why: swarm },
  cpu_count: { why: swarm },
  cpu_percent: { why: swarm },
  cpu_shares: { why: swarm },
  cpu_period: { why: swarm },
  cpu_quota: { why: swarm },
  cpu_rt_runtime: { why: swarm },
  cpu_rt_period: { why: swarm },
  cpuset: { why: swarm },
  mem_swappiness: { why: swarm },
  memswap_limit: { why: swarm },
  oom_kill_disable: { why: swarm },
  oom_score_adj: { why: swarm },
  storage_opt: { why: swarm },
};

/** The same in other places; `*` is any name. */
const leftOutElsewhere: Readonly<Record<string, LeftOut>> = {
  'services.*.deploy.endpoint_mode': { why: 'service names resolve to the addresses of the tasks (dnsrr)' },
  'services.*.deploy.rollback_config': { why: 'a rollback uses the settings of `update_config`' },
  'services.*.deploy.update_config.failure_action': { why: 'if a service fails, the whole stack is rolled back' },
  'services.*.deploy.update_config.max_failure_ratio': { why: 'every failed task counts' },
  'services.*.build.labels': { why: applications },
  'services.*.build.tags': { why: applications },
  'services.*.build.cache_from': { why: applications },
  'services.*.build.cache_to': { why: applications },
  'services.*.build.no_cache': { why: applications },
  'services.*.build.pull': { why: applications },
  'services.*.build.shm_size': { why: applications },
  'services.*.build.ulimits': { why: applications },
  'services.*.build.isolation': { why: applications },
  'services.*.build.platforms': { why: 'an image is built for the node that builds it' },
  'services.*.networks.*.ipv4_address': { why: addresses },
  'services.*.networks.*.ipv6_address': { why: addresses },
  'services.*.networks.*.link_local_ips': { why: addresses },
  'services.*.networks.*.mac_address': { why: addresses },
  'services.*.networks.*.priority': { why: swarm },
  'services.*.networks.*.gw_priority': { why: swarm },
  'services.*.networks.*.interface_name': { why: swarm },
  'services.*.networks.*.driver_opts': { why: swarm },
  'networks.*.driver': {
    why: 'networks of a swarm are overlay networks',
    quiet: ['bridge', 'overlay', 'default'],
  },
  'networks.*.driver_opts': { why: 'networks of a swarm are overlay networks' },
  'networks.*.ipam': { why: addresses },
  'networks.*.enable_ipv4': { why: addresses },
  'networks.*.enable_ipv6': { why: addresses },
  'networks.*.attachable': { why: 'networks are always attachable', quiet: [true] },
  'networks.*.name': { why: applications },
  'networks.*.labels': { why: applications },
  'volumes.*.name': { why: applications },
  'volumes.*.labels': { why: applications },
  'secrets.*.name': { why: applications },
  'secrets.*.labels': { why: applications },
  'configs.*.name': { why: applications },
  'configs.*.labels': { why: applications },
};

const all = new Map(
  Object.entries({
    ...Object.fromEntries(Object.entries(leftOutServiceKeys).map(([key, one]) => [`services.*.${key}`, one])),
    ...leftOutElsewhere,
  }).map(([pattern, one]) => [pattern, one]),
);

/** Depth of the longest pattern. */
const depth = 5;

/** A key without effect: Compose's own defaults, which files spell out. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 'false' || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Takes keys out of a file's content that Swarm does not have and the file can do without.
 * @param refused Keys of a service that are refused unless they say nothing, e.g. `privileged: false`.
 * @returns the content, and one line per key that people should know about.
 */
export function takeOut(
  content: unknown,
  refused: Readonly<Record<string, unknown>>,
): { kept: unknown; lines: string[] } {
  const found = new Map<string, { key: string; why: string; where: string[] }>();
  const visit = (value: unknown, path: string[]): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || path.length >= depth) return value;
    const kept: [string, unknown][] = [];
    for (const [key, one] of Object.entries(value)) {
      const at = [...path, key];
      const rule = all.get(patternOf(at));
      const refusedAsIs = at.length === 3 && at[0] === 'services' && Object.hasOwn(refused, key);
      if (rule && (!rule.values || rule.values.includes(one) || isNothing(one))) {
        if (!isNothing(one) && !rule.quiet?.includes(one)) note(found, at, rule.why);
      } else if (!(refusedAsIs && isNothing(one))) kept.push([key, visit(one, at)]);
    }
    return Object.fromEntries(kept);
  };
  const kept = visit(content, []);
  return { kept, lines: [...found.values()].map(lineOf) };
}

/** The second part is a name the author gave, and so is the fourth of a service's networks. */
function patternOf(path: readonly string[]): string {
  return path
    .map((part, at) => (at === 1 || (at === 3 && path[0] === 'services' && path[2] === 'networks') ? '*' : part))
    .join('.');
}

function note(found: Map<string, { key: string; why: string; where: string[] }>, path: string[], why: string): void {
  const key = path.at(-1) ?? '';
  const id = `${key} ${why}`;
  const one = found.get(id) ?? { key, why, where: [] };
  one.where.push(`\`${showPath(path.slice(0, -1))}\``);
  found.set(id, one);
}

/** Places named in one line. */
const shown = 5;

function lineOf({ key, why, where }: { key: string; why: string; where: string[] }): string {
  const places = where.length > shown ? [...where.slice(0, shown), `${where.length - shown} more`] : where;
  return `\`${key}\` of ${places.join(', ')} is left out: ${why}.`;
}
