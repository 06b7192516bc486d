const host = 'it gives access to the host, which other applications share';
const swarm = 'Swarm services do not support it';
const applications = 'Shipmate manages it';

/** Keys of a service that are known and refused, and why. */
export const refusedServiceKeys: Record<string, string> = {
  privileged: host,
  network_mode: 'services use the application’s overlay networks',
  pid: host,
  ipc: host,
  uts: host,
  userns_mode: host,
  cgroup: host,
  cgroup_parent: host,
  cap_add: host,
  devices: host,
  device_cgroup_rules: host,
  gpus: host,
  runtime: host,
  security_opt: host,
  credential_spec: host,
  sysctls: host,
  use_api_socket: host,
  volumes_from: 'use a named volume in both services instead',
  container_name: 'Swarm names the containers; services reach each other by service name',
  links: 'services already reach each other by name',
  external_links: 'services already reach each other by name',
  logging: '`logs` needs the Engine’s own logging driver',
  extends: 'use an anchor and `<<` instead',
  develop: 'it is for local development',
  provider: 'it runs programs on the host',
  models: swarm,
  pull_policy: 'images are pulled at every deployment',
  platform: 'Swarm chooses nodes that can run the image; see `deploy.placement`',
  restart_policy: 'it belongs under `deploy`',
  shm_size: 'mount a `tmpfs` with a size at /dev/shm instead',
  domainname: swarm,
  mac_address: swarm,
  blkio_config: swarm,
  cpu_count: swarm,
  cpu_percent: swarm,
  cpu_shares: swarm,
  cpu_period: swarm,
  cpu_quota: swarm,
  cpu_rt_runtime: swarm,
  cpu_rt_period: swarm,
  cpuset: swarm,
  mem_swappiness: swarm,
  memswap_limit: swarm,
  oom_kill_disable: swarm,
  oom_score_adj: swarm,
  storage_opt: swarm,
  isolation: swarm,
  annotations: swarm,
  attach: 'it is for `docker compose up` in a terminal',
  post_start: swarm,
  pre_stop: swarm,
};

/** Keys in other places, by their last word and the one before. */
const refusedElsewhere: Record<string, string> = {
  include: 'put it into one file',
  'deploy.endpoint_mode': 'service names always resolve to the addresses of the tasks (dnsrr)',
  'deploy.rollback_config': 'a rollback uses the settings of `update_config`',
  'placement.preferences': 'use `constraints` and `max_replicas_per_node`',
  'update_config.failure_action': 'if a service fails, the whole stack is rolled back',
  'update_config.max_failure_ratio': 'every failed task counts',
  'reservations.devices': host,
  'reservations.generic_resources': host,
  'build.dockerfile_inline': 'put it into a file in the repository',
  'build.network': host,
  'build.privileged': host,
  'build.entitlements': host,
  'build.extra_hosts': host,
  'build.ssh': 'a build gets no keys',
  'build.secrets': 'a build gets no secrets',
  'build.additional_contexts': 'a build sees only its context',
  'build.labels': applications,
  'build.tags': applications,
  'build.cache_from': applications,
  'build.cache_to': applications,
  'build.platforms': applications,
  'healthcheck.start_interval': 'Docker Engines before version 25 do not support it',
  external: 'it must be part of the application; see docs/compose.md',
  name: applications,
  driver_opts: 'for other drivers, use `volume create` with a `git` or `docker` application',
};

/** e.g. `services.web.privileged is not supported: it reaches out of the container`. */
export function refusal(path: readonly PropertyKey[]): string {
  const shown = showPath(path);
  const [last = '', before = ''] = path.slice(-2).reverse().map(String);
  const inService = path.length === 3 && path[0] === 'services' ? refusedServiceKeys[last] : undefined;
  const why = inService ?? refusedElsewhere[`${before}.${last}`] ?? refusedElsewhere[last];
  return `${shown} is not supported${why ? `: ${why}` : ''}`;
}

/** `services.web.ports[0]` */
export function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    return shown ? `${shown}.${String(part)}` : String(part);
  }, '');
}
