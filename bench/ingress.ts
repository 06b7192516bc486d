import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { freePort } from '../scripts/support/free-port.ts';
import { startLoad } from '../scripts/support/load.ts';
import { createIngress } from '../src/ingress/caddy.ts';
import { swarmCaddy } from '../src/ingress/swarm-caddy.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';
import { ingressEngine } from '../src/swarm/ingress-engine.ts';
import type { ServiceSpec, Swarm } from '../src/swarm/swarm.ts';

/** Requests a second, and how long they go on before and after the update. */
const rate = 300;
const calmMs = 3_000;

const cases = [
  { application: 'exits at once', graceMs: 0, method: 'GET' },
  { application: 'exits at once', graceMs: 0, method: 'POST' },
  { application: 'serves 2 s on', graceMs: 2_000, method: 'GET' },
  { application: 'serves 2 s on', graceMs: 2_000, method: 'POST' },
];

/** Answers on 8080 after 5 ms, with the whole request read; ends `GRACE_MS` after SIGTERM. */
const program = `
const { createServer, get } = require('node:http');
if (process.env.CHECK) get('http://127.0.0.1:8080/', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
else {
  createServer((q, r) => q.resume().on('end', () => setTimeout(() => r.end(process.env.VERSION), 5))).listen(8080);
  process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.env.GRACE_MS)));
}`;

export interface IngressRow {
  application: string;
  method: string;
  requests: number;
  failed: number;
  /** Milliseconds, of all requests from before the update until after it. */
  p50: number;
  p99: number;
}

/** What visitors notice of a start-first update of two tasks, for each kind of application. */
export async function benchIngress(): Promise<IngressRow[]> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const swarm = dockerSwarm(docker, { contextLimitBytes: 0 });
  const name = `bench-ingress-${randomUUID().slice(0, 8)}`;
  const image = await ensureNodeBaseImage();
  const ports = { http: await freePort(), https: await freePort() };
  const logger = pino({ level: 'silent' });
  const ingress = createIngress(swarmCaddy({ engine: ingressEngine(docker), swarm, logger, image: 'caddy:2', ports }));
  const rows: IngressRow[] = [];
  try {
    for (const { application, graceMs, method } of cases) {
      await rollOut(swarm, specOf(name, image, graceMs, 'before'));
      const route = { host: 'bench.test', service: name, port: 8080, network: name, tls: false };
      await ingress.apply({ routes: [route], certificates: [], challenges: [] });
      const body = method === 'POST' ? 'x'.repeat(2_000) : '';
      const load = startLoad({ port: ports.http, host: 'bench.test', method, body }, rate);
      await delay(calmMs);
      await rollOut(swarm, specOf(name, image, graceMs, 'after'));
      await delay(calmMs);
      const { requests, failed, p50, p99 } = await load.stop();
      rows.push({ application, method, requests, failed, p50, p99 });
    }
  } finally {
    await ingress.remove();
    await swarm.remove(name);
    await docker.getNetwork(name).remove();
  }
  return rows;
}

function specOf(name: string, image: string, graceMs: number, version: string): ServiceSpec {
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

async function rollOut(swarm: Swarm, spec: ServiceSpec): Promise<void> {
  for await (const { state, taskErrors } of swarm.apply(spec, new AbortController().signal)) {
    if (state === 'failed' || state === 'rolled_back') throw new Error(`roll-out ${state}: ${taskErrors.join(', ')}`);
  }
}

if (import.meta.main) console.table(await benchIngress());
