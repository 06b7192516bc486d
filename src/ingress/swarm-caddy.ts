import type { Logger } from '../logger.ts';
import type { IngressEngine, IngressSpec } from '../swarm/ingress/ingress-engine.ts';
import { startPath } from '../swarm/ingress/ingress-spec.ts';
import type { Swarm } from '../swarm/swarm.ts';
import type { CaddyEndpoints } from './caddy-endpoints.ts';
import { caddyConfig } from './caddy-config.ts';
import type { CaddyHost } from './caddy-host.ts';
import { handOver, lateNodes, spread } from './hand-over.ts';
import type { Relay } from './swarm-relay.ts';
import { ensureIngressImage } from './ingress-image.ts';
import { reachFromIngress } from './reach.ts';
import type { IngressPorts, IngressState } from './ingress.ts';

/** How long the proxy's task may take to come up. */
const startMs = 60_000;
/** How long Caddy may take to change over; with thousands of routes it is seconds. */
const defaultLoadMs = 60_000;
/** Each change takes that long until it is done; it shows at once. */
const drainSeconds = 1;

/** Inside the container. */
const runDir = '/run/caddy';
const admin = `unix/${runDir}/admin.sock`;
const containerPorts: IngressPorts = { http: 80, https: 443 };
/**
 * When Caddy closes a listener, the kernel (5.14 or newer) gives the connections that wait there to the new one instead
 * of resetting them. `docs/adr/0019-one-configuration-for-every-change.md` has the measurements.
 */
const kernelSettings = { 'net.ipv4.tcp_migrate_req': '1' };
const nothing: IngressState = { routes: [], certificates: [], challenges: [] };

interface SwarmCaddyOptions {
  engine: IngressEngine;
  swarm: Swarm;
  logger: Logger;
  /** Image to run when it can be had, e.g. `caddy:2`. */
  image: string;
  /** Where a program that has to be fetched is kept. */
  programs: string;
  /** Where an image that is made here is pushed to, for other nodes. */
  registry?: string | undefined;
  ports: IngressPorts;
  /** Folder of the socket where Shipmate answers to the relay; undefined: there is none. */
  ownSocket?: string;
  /** How long Caddy may take for a configuration, milliseconds (default 60,000). */
  loadMs?: number;
}

/**
 * Caddy as a global Swarm service. Its configuration is handed over by a command in its own container, which
 * speaks to the admin API over a socket there; a volume keeps it for the next start.
 */
export function swarmCaddy(options: SwarmCaddyOptions): CaddyHost {
  const { engine, loadMs = defaultLoadMs, ports } = options;
  // A port of the host belongs to one Shipmate, so two on one Swarm do not take each other's proxy.
  const name = `shipmate-ingress-${ports.http}`;
  let relay: Relay | undefined;
  const endpoints: CaddyEndpoints = {
    admin,
    listen: { http: spellings(containerPorts.http), https: spellings(containerPorts.https) },
    drainSeconds,
    publicPorts: ports,
    // The dot at the end keeps the search list of the host's resolver out of it.
    dial: ({ own, service, port }) => (own && relay ? relay.dial() : `tasks.${service}.:${port}`),
  };
  let seen = false;

  /** A network that is not needed any more stays until another one is added: each change restarts the proxy. */
  async function ensure(networks: string[]): Promise<{ id: string }> {
    const [attached = [], present, refused] = await Promise.all([
      engine.networks(name),
      engine.container(name),
      engine.refuses({ name, kernelSettings }),
    ]);
    // What an earlier Shipmate made may differ from what this one wants.
    if (seen && present && !refused && networks.every((network) => attached.includes(network))) return { id: present };
    const kept = seen ? [] : attached;
    const image = await ensureIngressImage(options);
    const spec = specOf(name, image, ports, [...new Set([...kept, ...networks])].sort(), endpoints);
    const id = await engine.ensure(spec, AbortSignal.timeout(startMs));
    seen = true;
    return { id };
  }

  return {
    ensure,
    async relay(network) {
      const { swarmRelay } = await import('./swarm-relay.ts');
      relay ??= swarmRelay(options, `shipmate-own-${ports.http}`);
      await relay.serve(network);
    },
    async running() {
      const id = await engine.container(name);
      return id === undefined ? undefined : { id };
    },
    configOf: (state, turn) => caddyConfig(state, endpoints, turn),
    async load({ id }, input) {
      await handOver(engine, id, { command: reload('-'), input, notYet: /dial unix/ }, loadMs);
    },
    spread: (config) => spread(options, { name, config, runDir, command: (file) => reload(file) }),
    problem: () => lateNodes(engine, name),
    reach: (addresses, signal) => reachFromIngress(engine, name, addresses, signal),
    remove: () => engine.remove(name),
  };
}

function spellings(port: number): [string, string] {
  return [`:${port}`, `[::]:${port}`];
}

function specOf(
  name: string,
  image: string,
  ports: IngressPorts,
  networks: string[],
  endpoints: CaddyEndpoints,
): IngressSpec {
  return {
    name,
    image,
    command: ['caddy', 'run', '--config', startPath, '--resume'],
    startFile: JSON.stringify(caddyConfig(nothing, endpoints, 0)),
    env: {
      XDG_CONFIG_HOME: '/config',
      XDG_DATA_HOME: '/config/data',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
    ports: { [containerPorts.http]: ports.http, [containerPorts.https]: ports.https },
    networks,
    configDir: '/config',
    runDir,
    kernelSettings,
  };
}

function reload(file: string): string[] {
  return ['caddy', 'reload', '--config', file, '--address', admin];
}
