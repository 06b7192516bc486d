import { randomUUID } from 'node:crypto';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';
import type { ServiceSpec } from '../src/swarm/swarm.ts';
import { median, round } from './support/table.ts';

const rounds = 5;
const port = 8080;

export interface ReachabilityRow {
  /** How long healthy tasks are watched, seconds. */
  watched: number;
  /** Seconds of an update of two tasks whose port nobody asks for. */
  unchecked: number;
  checked: number;
  adds: number;
}

/** What the check of the port adds to an update, in turns: as it is by default, and where nothing is watched meanwhile. */
export async function benchReachability(): Promise<ReachabilityRow[]> {
  return [await measure(5), await measure(0)];
}

async function measure(watched: number): Promise<ReachabilityRow> {
  const swarm = dockerSwarm(connectDocker(process.env['DOCKER_HOST']), { contextLimitBytes: 0 });
  const image = await ensureNodeBaseImage();
  const name = `bench-reach-${randomUUID().slice(0, 8)}`;
  const took: Record<'checked' | 'unchecked', number[]> = { checked: [], unchecked: [] };
  try {
    await update('0', port);
    for (let turn = 1; turn <= rounds; turn += 1) {
      took.unchecked.push(await update(`${turn}-unchecked`, undefined));
      took.checked.push(await update(`${turn}-checked`, port));
    }
  } finally {
    await swarm.remove(name);
    await swarm.removeNetwork(name);
  }
  const [unchecked, checked] = [median(took.unchecked), median(took.checked)];
  return { watched, unchecked: round(unchecked), checked: round(checked), adds: round(checked - unchecked) };

  async function update(version: string, checkedPort: number | undefined): Promise<number> {
    const began = performance.now();
    let last = '';
    for await (const { state } of swarm.apply(specOf(version, checkedPort), new AbortController().signal)) last = state;
    if (last !== 'converged') throw new Error(`the roll-out ended as ${last}`);
    return (performance.now() - began) / 1_000;
  }

  function specOf(version: string, checkedPort: number | undefined): ServiceSpec {
    const serve = `process.on('SIGTERM', () => process.exit()); require('http').createServer((q, r) => r.end()).listen(${port})`;
    return {
      name,
      image,
      replicas: 2,
      env: { VERSION: version },
      secretFiles: {},
      docker: { command: ['/usr/local/bin/node', '-e', serve] },
      network: name,
      port: checkedPort,
      labels: {},
      monitorSeconds: watched,
    };
  }
}

if (import.meta.main) console.table(await benchReachability());
