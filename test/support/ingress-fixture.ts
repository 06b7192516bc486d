import { request } from 'node:http';
import { pino } from 'pino';
import { freePort } from '../../scripts/support/free-port.ts';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { createIngress } from '../../src/ingress/caddy.ts';
import { swarmCaddy } from '../../src/ingress/swarm-caddy.ts';
import type { IngressRoute } from '../../src/ingress/ingress.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import { docker, outcome, specOf, swarmWith } from './swarm-fixture.ts';
import { runName } from './test-run.ts';

export interface Answer {
  status: number;
  body: string;
}

/**
 * A proxy of its own on a free port, which tells what it ran in its container.
 * @param ownSocket Folder of the socket that its relay leads to.
 */
export async function openIngress(kernelSettings?: Record<string, string>, ownSocket?: string) {
  const port = await freePort();
  const httpsPort = await freePort();
  const engine = ingressEngine(docker, { installation: runName() });
  const handedOver: string[] = [];
  const over = kernelSettings && { kernelSettings };
  const host = (loadMs = 60_000) =>
    swarmCaddy({
      engine: {
        ...engine,
        ensure: (spec, signal) => engine.ensure({ ...spec, ...over }, signal),
        refuses: (spec) => engine.refuses({ ...spec, ...over }),
        execute(container, command, input, signal) {
          handedOver.push(container);
          return engine.execute(container, command, input, signal);
        },
      },
      swarm: swarmWith(),
      logger: pino({ level: 'silent' }),
      image: 'caddy:2',
      programs: programsFolder,
      ports: { http: port, https: httpsPort },
      loadMs,
      ...(ownSocket !== undefined && { ownSocket }),
    });
  const name = `shipmate-ingress-${port}`;
  return {
    ingress: createIngress(host()),
    /** As another Shipmate for the same ports. @param loadMs How long Caddy may take for a configuration. */
    anew: (loadMs?: number) => createIngress(host(loadMs)),
    httpsPort,
    engine,
    name,
    port,
    handedOver,
  };
}

/** Two tasks of the test application, healthy when this returns; the word is what they answer. */
export async function rollOut(name: string, network: string, word: string): Promise<void> {
  const spec = specOf(name, network, { replicas: 2, env: { MODE: word } });
  const { state, taskErrors } = await outcome(swarmWith().apply(spec, new AbortController().signal));
  if (state !== 'converged') throw new Error(`the test application is ${state}: ${taskErrors.join(', ')}`);
}

export function routeTo(service: string, network: string): IngressRoute {
  return { host: `${service}.test`, service, port: 8080, network, tls: false };
}

/** What is answered there, or why nothing is: on a busy machine the ingress may be told of an application late. */
export async function bodyAt(port: number, host: string): Promise<string> {
  return visit(port, host).then(
    ({ body }) => body,
    (error: Error) => error.message,
  );
}

export function visit(port: number, host: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, headers: { host }, agent: false, timeout: 60_000 });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.end();
  });
}
