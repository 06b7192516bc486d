import { join } from 'node:path/posix';
import { relaySocket } from '../local-socket.ts';
import type { Logger } from '../logger.ts';
import type { IngressEngine, IngressSpec } from '../swarm/ingress/ingress-engine.ts';
import { startPath } from '../swarm/ingress/ingress-spec.ts';
import { ensureIngressImage, type ImageOptions } from './ingress-image.ts';

/** How long the relay's task may take to come up, milliseconds. */
const startMs = 60_000;
/** `nobody`: it may connect to the socket, which is everybody's, and read nothing of a data folder. */
const nobody = '65534:65534';
/** Where it sees the folder of the socket. */
const mounted = '/shipmate';
const port = 8080;

interface RelayOptions extends ImageOptions {
  engine: IngressEngine;
  logger: Logger;
  ownSocket?: string;
}

/**
 * Leads from an overlay network to Shipmate: a task on Shipmate's own node that passes requests on to a socket in the data
 * folder. docs/adr/0034-the-ingress-reaches-shipmate-by-a-relay.md has why it is no address of the host.
 */
export interface Relay {
  /** Runs it in the network, or takes it away. A failure is logged: other routes do not wait for it. */
  serve(network: string | undefined): Promise<void>;
  /** Where the ingress finds it. */
  dial(): string;
}

/** @param prefix Of its name: each node that runs a Shipmate has its own. */
export function swarmRelay(options: RelayOptions, prefix: string): Relay {
  const { engine, logger, ownSocket } = options;
  let name = prefix;
  let runs: boolean | undefined;

  async function start(folder: string, network: string): Promise<void> {
    const { below, node, source } = await engine.standpoint(folder);
    name = `${prefix}-${node.slice(0, 8)}`;
    if (runs && (await engine.container(name)) !== undefined) return;
    const socket = join(mounted, below, relaySocket);
    const image = await ensureIngressImage(options);
    const spec = { ...specOf(name, image, network, socket), node, folder: { source, target: mounted } };
    await engine.ensure(spec, AbortSignal.timeout(startMs));
    runs = true;
  }

  async function stop(): Promise<void> {
    if (runs === false || ownSocket === undefined) return;
    for (const service of await engine.labelled(`${relayLabel}=${prefix}`)) await engine.remove(service);
    runs = false;
  }

  return {
    async serve(network) {
      try {
        await (network === undefined || ownSocket === undefined ? stop() : start(ownSocket, network));
      } catch (error) {
        logger.warn({ err: error }, 'the ingress does not reach Shipmate itself');
      }
    },
    dial: () => `tasks.${name}.:${port}`,
  };
}

const relayLabel = 'shipmate.relay';

function specOf(name: string, image: string, network: string, socket: string): IngressSpec {
  return {
    name,
    image,
    command: ['caddy', 'run', '--config', startPath],
    startFile: JSON.stringify(relayConfig(socket)),
    env: { XDG_CONFIG_HOME: '/config', XDG_DATA_HOME: '/config/data', PATH: '/usr/local/bin:/usr/bin:/bin' },
    ports: {},
    networks: [network],
    labels: { [relayLabel]: name.replace(/-[^-]*$/, '') },
    configDir: '/config',
    runDir: '/run/caddy',
    user: nobody,
    kernelSettings: {},
  };
}

/** Passes on whose request it is, which the ingress has written. @see https://caddyserver.com/docs/json/ */
function relayConfig(socket: string): object {
  const passedOn = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host'];
  const set = Object.fromEntries(passedOn.map((header) => [header, [`{http.request.header.${header}}`]]));
  return {
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        servers: {
          own: {
            listen: [`:${port}`],
            automatic_https: { disable: true },
            protocols: ['h1'],
            routes: [
              {
                handle: [
                  { handler: 'reverse_proxy', upstreams: [{ dial: `unix/${socket}` }], headers: { request: { set } } },
                ],
              },
            ],
          },
        },
      },
    },
  };
}
