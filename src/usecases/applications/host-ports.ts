import type { Config } from '../../config.ts';
import { ConflictError } from '../../errors.ts';
import type { SettingsDraft } from './application-settings.ts';

type PortConfig = Pick<Config, 'port' | 'ingressHttpPort' | 'ingressHttpsPort'>;

/**
 * Ports used by Shipmate or the swarm.
 * @see https://docs.docker.com/engine/swarm/swarm-tutorial/ (open protocols and ports between the hosts)
 */
function reservedPorts({ ingressHttpPort, ingressHttpsPort, port }: PortConfig): Map<number, string> {
  return new Map([
    [2375, 'the Docker Engine'],
    [2376, 'the Docker Engine'],
    [2377, 'the managers of the swarm'],
    [7946, 'the nodes of the swarm'],
    [4789, 'the overlay networks of the swarm'],
    [port, 'Shipmate itself'],
    [ingressHttpPort, 'the ingress'],
    [ingressHttpsPort, 'the ingress'],
  ]);
}

/** @throws {ConflictError} when the application publishes, or may publish, a reserved port. */
export function requireFreeHostPorts(config: PortConfig, { docker, source }: SettingsDraft): void {
  const wanted = [...(docker.ports ?? []).flatMap(({ host }) => host ?? []), ...(source.compose_host_ports ?? [])];
  for (const port of wanted) requireUnreservedPort(config, port);
}

/** @throws {ConflictError} when the port of the nodes is reserved. */
export function requireUnreservedPort(config: PortConfig, port: number): void {
  const owner = reservedPorts(config).get(port);
  if (owner !== undefined) throw new ConflictError(`Port ${port} of the nodes belongs to ${owner}. Choose another.`);
}
