const host = 'it reaches out of the container into the host, which others share';
const swarm = 'Swarm services have no such thing';
const applications = 'Shipmate looks after it';

/** Keys of a service that are known and refused, and why. */
export const refusedServiceKeys: Record<string, string> = {
  privileged: host,
  network_mode: 'services are on overlay networks of the application',
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
  volumes_from: 'name a volume in both services instead',
  container_name: 'Swarm names the containers; services reach each other by the names of the services',
  links: 'services reach each other by their names already',
  external_links: 'services reach each other by their names already',
  logging: 'logs are read by `logs`, which needs the Engine’s own driver',
  extends: 'use an anchor and `<<` instead',
  develop: 'it is for work on one’s own machine',
  provider: 'it runs programs of the host',
  models: swarm,
  pull_policy: 'images are pulled at every deployment',
  platform: 'Swarm chooses nodes that fit the image; see `deploy.placement`',
  restart_policy: 'it belongs under `deploy`',
  shm_size: 'mount a `tmpfs` at /dev/shm with a size instead',
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
  attach: 'it is for `docker compose up` at a terminal',
  post_start: swarm,
  pre_stop: swarm,
};

/** Keys in other places, by their last word and the one before. */
const refusedElsewhere: Record<string, string> = {
  include: 'put it into one file',
  'deploy.endpoint_mode': 'every service answers by the addresses of its tasks (dnsrr)',
  'deploy.rollback_config': 'a rollback goes as the update does',
  'placement.preferences': 'use `constraints` and `max_replicas_per_node`',
  'update_config.failure_action': 'a service that fails takes the whole stack back to the version before',
  'update_config.max_failure_ratio': 'every failed task counts',
  'reservations.devices': host,
  'reservations.generic_resources': host,
  'build.dockerfile_inline': 'put it into a file of the repository',
  'build.network': host,
  'build.privileged': host,
  'build.entitlements': host,
  'build.extra_hosts': host,
  'build.ssh': 'a build gets no keys',
  'build.secrets': 'a build gets no secrets',
  'build.additional_contexts': 'a build sees its context only',
  'build.labels': applications,
  'build.tags': applications,
  'build.cache_from': applications,
  'build.cache_to': applications,
  'build.platforms': applications,
  'healthcheck.start_interval': 'the Engine before version 25 does not know it',
  external: 'it has to be part of the application; see docs/compose.md',
  name: applications,
  driver_opts: 'use `volume create` with a `git` or `docker` application for other drivers',
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
