import { randomUUID } from 'node:crypto';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';
import type { ServiceSpec } from '../src/swarm/swarm.ts';
import { round } from './support/table.ts';

const check = ['CMD', '/usr/local/bin/node', '-e', 'process.exit(0)'];

export interface RolloutRow {
  replicas: number;
  seconds: number;
  /** Of this process while it follows the update, seconds. */
  driverCpu: number;
  /** The same for each task, milliseconds. */
  perTask: number;
}

/** What it costs to follow an update as services grow. `BENCH_REPLICAS` sets the sizes (3,10,30). */
export async function benchRolloutLooks(): Promise<RolloutRow[]> {
  const sizes = (process.env['BENCH_REPLICAS'] ?? '3,10,30').split(',').map(Number);
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const swarm = dockerSwarm(docker, { contextLimitBytes: 0 });
  const image = await ensureNodeBaseImage();
  const rows: RolloutRow[] = [];
  for (const replicas of sizes) {
    const name = `bench-rollout-${randomUUID().slice(0, 8)}`;
    try {
      await follow(specOf({ name, image, replicas, version: '1' }));
      const began = { at: performance.now(), cpu: process.cpuUsage() };
      await follow(specOf({ name, image, replicas, version: '2' }));
      const { user, system } = process.cpuUsage(began.cpu);
      const cpu = (user + system) / 1_000_000;
      const seconds = (performance.now() - began.at) / 1_000;
      rows.push({
        replicas,
        seconds: round(seconds, 1),
        driverCpu: round(cpu),
        perTask: round((cpu / replicas) * 1_000),
      });
    } finally {
      await swarm.remove(name);
      await swarm.removeNetwork(name);
    }
  }
  return rows;

  async function follow(spec: ServiceSpec): Promise<void> {
    let last = '';
    for await (const { state } of swarm.apply(spec, new AbortController().signal)) last = state;
    if (last !== 'converged') throw new Error(`the roll-out ended as ${last}`);
  }
}

function specOf({
  name,
  image,
  replicas,
  version,
}: {
  name: string;
  image: string;
  replicas: number;
  version: string;
}) {
  return {
    name,
    image,
    replicas,
    env: { VERSION: version },
    secretFiles: {},
    docker: {
      command: ['/usr/local/bin/node', '-e', 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1e6)'],
      healthcheck: { test: check, interval: '2s', retries: 5 },
    },
    network: name,
    labels: {},
    monitorSeconds: 5,
  } satisfies ServiceSpec;
}

if (import.meta.main) console.table(await benchRolloutLooks());
