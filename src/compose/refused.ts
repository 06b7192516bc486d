const host = 'it gives access to the host, which other applications share';
const swarm = 'Swarm services do not support it';

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
  devices: host,
  device_cgroup_rules: host,
  gpus: host,
  runtime: host,
  credential_spec: host,
  use_api_socket: host,
  volumes_from: 'use a named volume in both services instead',
  external_links: 'services already reach each other by name',
  provider: 'it runs programs on the host',
  models: swarm,
  restart_policy: 'it belongs under `deploy`',
  post_start: swarm,
  pre_stop: swarm,
};

/** Keys in other places, by their last word and the one before. */
const refusedElsewhere: Record<string, string> = {
  'reservations.devices': host,
  'reservations.generic_resources': host,
  'build.network': host,
  'build.privileged': host,
  'build.entitlements': host,
  'build.extra_hosts': host,
  'build.ssh': 'a build gets no keys',
  external: 'it must be part of the application; see docs/compose.md',
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
