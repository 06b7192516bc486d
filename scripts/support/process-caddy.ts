import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { findProgram } from '../../src/host/find-program.ts';
import type { CaddyEndpoints } from '../../src/ingress/caddy-endpoints.ts';
import { caddyConfig } from '../../src/ingress/caddy-config.ts';
import type { CaddyHost } from '../../src/ingress/caddy-host.ts';
import type { IngressPorts, IngressRoute } from '../../src/ingress/ingress.ts';
import { programsFolder } from './ingress-image.ts';

const startMs = 60_000;

export interface ProcessCaddy extends CaddyHost {
  ports: IngressPorts;
  /** Of the running process. */
  pid(): number | undefined;
  /** How often a configuration was handed over. */
  loads(): number;
}

/**
 * Caddy as a process of this host, in a folder of its own, for tests and benches: it starts when it is first needed.
 * `dial` says where the tasks of a route answer, e.g. `127.0.0.1:3000`, as Swarm's DNS is not at hand.
 */
export async function processCaddy(
  ports: IngressPorts,
  dial: (route: IngressRoute) => string,
  drainSeconds: number,
): Promise<ProcessCaddy> {
  const program = await findProgram('caddy', programsFolder);
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-caddy-'));
  const socket = join(folder, 'admin.sock');
  const endpoints: CaddyEndpoints = {
    admin: `unix/${socket}`,
    listen: { http: spellings(ports.http), https: spellings(ports.https) },
    drainSeconds,
    publicPorts: ports,
    dial,
  };
  let child: ChildProcess | undefined;
  let loads = 0;

  async function start(): Promise<ChildProcess> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'start.json');
    await writeFile(file, JSON.stringify(caddyConfig({ routes: [], certificates: [], challenges: [] }, endpoints, 0)));
    const env = { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, HOME: folder };
    const started = spawn(program, ['run', '--config', file], { env, cwd: folder, stdio: 'ignore' });
    const deadline = performance.now() + startMs;
    while (!(await exists(socket))) {
      if (started.exitCode !== null || performance.now() > deadline) throw new Error('Caddy did not start');
      await delay(20);
    }
    return started;
  }

  async function stop(): Promise<void> {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = undefined;
    await rm(folder, { recursive: true, force: true });
  }

  const running = () => (child?.exitCode === null ? { id: String(child.pid) } : undefined);
  return {
    ports,
    pid: () => child?.pid,
    loads: () => loads,
    async ensure() {
      if (!running()) child = await start();
      return { id: String(child?.pid) };
    },
    relay: async () => undefined,
    running: async () => running(),
    configOf: (state, turn) => caddyConfig(state, endpoints, turn),
    async load(_instance, config) {
      loads += 1;
      await post(socket, config);
    },
    spread: async () => undefined,
    reach: async () => undefined,
    problem: async () => undefined,
    remove: stop,
  };
}

function spellings(port: number): [string, string] {
  return [`127.0.0.1:${port}`, `tcp4/127.0.0.1:${port}`];
}

/** @see https://caddyserver.com/docs/api#post-load */
async function post(socketPath: string, config: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', host: '' };
  const outgoing = request({ socketPath, path: '/load', method: 'POST', headers, agent: false, setHost: false });
  outgoing.end(config);
  const [response] = await once(outgoing, 'response');
  const said = await text(response);
  if (response.statusCode !== 200) throw new Error(said);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
