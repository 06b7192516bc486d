import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { startPath } from '../swarm/ingress-spec.ts';
import type { IngressEngine, IngressSpec } from '../swarm/ingress-engine.ts';
import type { Swarm } from '../swarm/swarm.ts';
import { adminSocket, caddyConfig, containerPort } from './caddy-config.ts';
import { ensureIngressImage } from './ingress-image.ts';
import type { Ingress, Route } from './ingress.ts';

/** How long the proxy's task may take to come up. */
const startMs = 60_000;
const openMs = 10_000;
const retryMs = 100;

interface IngressOptions {
  engine: IngressEngine;
  swarm: Swarm;
  logger: Logger;
  /** Image to run when it can be had, e.g. `caddy:2`. */
  image: string;
  httpPort: number;
}

/**
 * Caddy as a global Swarm service. Its configuration is handed over by a command in its own container, which
 * speaks to the admin API over a socket there; a volume keeps it for the next start.
 */
export function createIngress(options: IngressOptions): Ingress {
  const { engine, httpPort } = options;
  // A port of the host belongs to one Shipmate, so two on one Swarm do not take each other's proxy.
  const name = `shipmate-ingress-${httpPort}`;
  let turn: Promise<void> = Promise.resolve();
  let applied: { container: string; config: string } | undefined;

  async function serve(routes: Route[]): Promise<void> {
    const attached = await engine.networks(name);
    if (routes.length === 0) {
      // Nobody to route to: the ports of the host are left to others.
      if (attached !== undefined) await engine.remove(name);
      applied = undefined;
      return;
    }
    const container = await ensureContainer(options, name, attached ?? [], routes);
    const config = JSON.stringify(caddyConfig(routes));
    if (applied?.container === container && applied.config === config) return;
    await load(engine, container, config);
    applied = { container, config };
  }

  return {
    apply(routes) {
      turn = turn.catch(() => undefined).then(() => serve(routes));
      return turn;
    },
    async ping() {
      const container = await engine.container(name);
      if (!container) throw new UnavailableError('The ingress does not run.');
      // Handing over what it has already changes nothing, and shows that it listens.
      if (applied?.container === container) await load(engine, container, applied.config);
    },
    remove: () => engine.remove(name),
  };
}

/** A network that is not needed any more stays until another one is added: each change restarts the proxy. */
async function ensureContainer(
  options: IngressOptions,
  name: string,
  attached: string[],
  routes: Route[],
): Promise<string> {
  const needed = [...new Set(routes.map(({ network }) => network))].sort();
  const present = await options.engine.container(name);
  if (present && needed.every((network) => attached.includes(network))) return present;
  const image = await ensureIngressImage(options.swarm, options.image, options.logger);
  const spec: IngressSpec = {
    name,
    image,
    command: ['caddy', 'run', '--config', startPath, '--resume'],
    startFile: JSON.stringify(caddyConfig([])),
    env: {
      XDG_CONFIG_HOME: '/config',
      XDG_DATA_HOME: '/config/data',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
    ports: { [containerPort]: options.httpPort },
    networks: needed,
    configDir: '/config',
    runDir: '/run/caddy',
  };
  return options.engine.ensure(spec, AbortSignal.timeout(startMs));
}

/**
 * Caddy changes over without dropping a connection; it keeps the old configuration when it refuses the new one.
 * A container that has just started opens its socket a moment later.
 */
async function load(engine: IngressEngine, container: string, config: string): Promise<void> {
  const command = ['caddy', 'reload', '--config', '-', '--address', adminSocket];
  const deadline = performance.now() + openMs;
  for (;;) {
    const { exitCode, output } = await engine.execute(container, command, config);
    if (exitCode === 0) return;
    if (!/dial unix/.test(output) || performance.now() > deadline) {
      throw new Error(`Caddy did not take the configuration (exit ${exitCode}): ${output.slice(-500)}`);
    }
    await delay(retryMs);
  }
}
