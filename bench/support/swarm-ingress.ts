import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { freePort } from '../../scripts/support/free-port.ts';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { createIngress } from '../../src/ingress/caddy.ts';
import type { IngressRoute } from '../../src/ingress/ingress.ts';
import { swarmCaddy } from '../../src/ingress/swarm-caddy.ts';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import type { ServiceSpec } from '../../src/swarm/swarm.ts';

/** Answers on 8080 after 5 ms, with the whole request read; ends `GRACE_MS` after SIGTERM. */
const program = `
const { createServer, get } = require('node:http');
if (process.env.CHECK) get('http://127.0.0.1:8080/', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
else {
  createServer((q, r) => q.resume().on('end', () => setTimeout(() => r.end(process.env.VERSION), 5))).listen(8080);
  process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.env.GRACE_MS)));
}`;

/** The ingress as in production, on ports of its own, and an application behind it. */
export async function openSwarmIngress() {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const swarm = dockerSwarm(docker, { contextLimitBytes: 0 });
  const name = `bench-ingress-${randomUUID().slice(0, 8)}`;
  const image = await ensureNodeBaseImage();
  const ports = { http: await freePort(), https: await freePort() };
  const logger = pino({ level: 'silent' });
  const engine = ingressEngine(docker);
  const caddy = { engine, swarm, logger, image: 'caddy:2', ports, programs: programsFolder };
  const ingress = createIngress(swarmCaddy(caddy));
  return {
    ingress,
    ports,
    routeOf: (host: string, tls = false): IngressRoute => ({ host, service: name, port: 8080, network: name, tls }),
    /** Two tasks of it, healthy when this resolves; the version is what they answer. */
    async rollOut(version: string, graceMs = 0): Promise<void> {
      const spec = specOf({ name, image, graceMs, version });
      for await (const { state, taskErrors } of swarm.apply(spec, new AbortController().signal)) {
        if (state === 'failed' || state === 'rolled_back')
          throw new Error(`roll-out ${state}: ${taskErrors.join(', ')}`);
      }
    },
    async [Symbol.asyncDispose]() {
      await ingress.remove();
      await swarm.remove(name);
      await docker.getNetwork(name).remove();
    },
  };
}

interface Wanted {
  name: string;
  image: string;
  graceMs: number;
  version: string;
}

function specOf({ name, image, graceMs, version }: Wanted): ServiceSpec {
  const node = ['/usr/local/bin/node', '-e', program];
  const check = ['CMD', '/usr/local/bin/node', '-e', `process.env.CHECK = 1; ${program}`];
  return {
    name,
    image,
    replicas: 2,
    env: { GRACE_MS: String(graceMs), VERSION: version },
    secretFiles: {},
    docker: { command: node, healthcheck: { test: check, interval: '1s', retries: 3 } },
    network: name,
    labels: {},
    monitorSeconds: 1,
  };
}
