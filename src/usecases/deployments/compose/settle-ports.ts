import { ComposeError, type ComposeService } from '../../../compose/parse.ts';
import type { Place } from '../../../compose/origins.ts';
import type { Application } from '../../../entities/application.ts';

export interface Visited {
  service: string;
  port: number;
}

export interface SettledPorts {
  /** What the ingress is to route to, where the application has no setting and the file leaves no doubt. */
  visited: Visited | undefined;
  /** The services with the ports that nodes publish. */
  services: ComposeService[];
  lines: string[];
}

/** Ports that servers of pages commonly have, in their order of precedence. */
const pagePorts = [80, 8080, 3000, 8000, 5000, 8081, 8888, 9000, 443];
/** Databases, queues and caches: published for their clients, not for browsers. */
const clientPorts = new Set([22, 25, 53, 1433, 1521, 1883, 3306, 4222, 5432, 5671, 5672, 6379, 9042, 11_211, 27_017]);

/**
 * Compose publishes ports on the host. Here one of them is for visitors, who come through the ingress; the others are
 * published on the nodes if an admin allowed it, and are left out otherwise.
 * @throws {ComposeError} when a port that cannot be left out is not allowed: one of UDP, or in `mode: host`.
 */
export function settlePorts(file: string, services: readonly ComposeService[], application: Application): SettledPorts {
  const { dockerConfig, name, project, sourceConfig } = application;
  const allowed = sourceConfig.compose_host_ports ?? [];
  const own = sourceConfig.compose_service;
  const port = dockerConfig.ports?.[0]?.container;
  const visited = own === undefined ? choose(services) : undefined;
  const routed = own !== undefined && port !== undefined ? { service: own, port } : visited;
  const asked = services.flatMap((one) => [...one.hostPorts, ...one.published].map(({ host }) => host));
  const command = `app set ${project.name}/${name} host-ports=${[...new Set([...allowed, ...asked])].join(',')}`;
  const lines: string[] = [];
  const problems: (Place & { text: string })[] = [];
  if (visited) {
    lines.push(
      `Visitors reach \`${visited.service}\` on its port ${visited.port} through the ingress. ` +
        `To change that: \`app set ${project.name}/${name} service=<service> port=<port>\``,
    );
  }
  const settled = services.map((service) => {
    const isVisited = (container: number) => routed?.service === service.name && routed.port === container;
    const published = service.published.filter(({ container, host, protocol, ...place }) => {
      if (protocol === undefined && isVisited(container)) return false;
      if (allowed.includes(host)) return true;
      const what = `\`${service.name}\` publishes port ${host}${protocol ? `/${protocol}` : ''}`;
      if (protocol)
        problems.push({ ...place, text: `${what} on every node, which an admin must allow: \`${command}\`` });
      else lines.push(`${what}, which is left out until an admin allows it: \`${command}\``);
      return false;
    });
    return {
      ...service,
      hostPorts: [...service.hostPorts, ...published.map(({ line: _line, file: _file, ...one }) => one)],
    };
  });
  if (problems.length > 0) throw new ComposeError(file, problems);
  return { visited, services: settled, lines };
}

/** Of the published ports the likeliest for pages; otherwise the only port that the file mentions. */
function choose(services: readonly ComposeService[]): Visited | undefined {
  const published = services.flatMap(({ name, published: ports }) =>
    ports
      .filter(({ container, protocol }) => protocol === undefined && !clientPorts.has(container))
      .map(({ container, host }) => ({
        service: name,
        port: container,
        rank: Math.min(rankOf(host), rankOf(container)),
      })),
  );
  const [best] = published.sort((one, other) => one.rank - other.rank);
  if (best) return { service: best.service, port: best.port };
  const exposed = services.flatMap(({ name, exposed: ports }) => ports.map((one) => ({ service: name, port: one })));
  return exposed.length === 1 ? exposed[0] : undefined;
}

function rankOf(port: number): number {
  const at = pagePorts.indexOf(port);
  return at === -1 ? pagePorts.length : at;
}
