import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';
import { median, round } from './support/table.ts';

const run = promisify(execFile);
const rounds = 3;
const files = { count: 20_000, bytes: 10_240, perFolder: 100 };
const tags = { shipmate: 'bench-build/shipmate:1', client: 'bench-build/client:1' };

export interface BuildRow {
  build: string;
  /** Seconds, from the request until the image has its name. */
  shipmate: number;
  /** Docker's own client, with BuildKit. */
  client: number;
  target: string;
}

/**
 * Builds beside Docker's own BuildKit client and the same tree on the same Engine, in turns: of a next commit, whose steps are
 * cached but for the last, and of a large context of which every file is new to the Engine.
 */
export async function benchBuilds(): Promise<BuildRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  try {
    return [await nextCommit(join(folder, 'small')), await largeContext(join(folder, 'large'))];
  } finally {
    await run('docker', ['rmi', '--force', ...Object.values(tags)]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function nextCommit(tree: string): Promise<BuildRow> {
  const base = await ensureNodeBaseImage();
  await mkdir(tree);
  const dockerfile = `FROM ${base}\nCOPY lock /\nRUN ["/usr/local/bin/node", "-e", "fs.writeFileSync('/installed', '')"]\nCOPY . /app\n`;
  await writeFile(join(tree, 'Dockerfile'), dockerfile);
  await writeFile(join(tree, 'lock'), '');
  const { client, shipmate } = await inTurns(tree, () => writeFile(join(tree, 'main'), randomUUID()));
  return { build: 'next commit, warm cache', shipmate, client, target: `at most ${round(client + 0.3)}` };
}

async function largeContext(tree: string): Promise<BuildRow> {
  const paths = Array.from({ length: files.count }, (_, at) =>
    join(tree, `d${Math.floor(at / files.perFolder)}`, `f${at}`),
  );
  for (const [at, path] of paths.entries()) {
    if (at % files.perFolder === 0) await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, randomBytes(files.bytes));
  }
  await writeFile(join(tree, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  const { client, shipmate } = await inTurns(tree, async () => {
    const now = new Date();
    for (const path of paths) await utimes(path, now, now);
  });
  return { build: '20,000 files, 200 MB', shipmate, client, target: `at most ${round(client / 0.9)}` };
}

/** Medians in seconds. The tree is changed before each build; the first of both only fill the caches. */
async function inTurns(tree: string, change: () => Promise<void>): Promise<{ shipmate: number; client: number }> {
  const times = { shipmate: [] as number[], client: [] as number[] };
  for (let turn = 0; turn <= rounds; turn += 1) {
    for (const [who, build] of Object.entries({ shipmate: withShipmate, client: withClient })) {
      await change();
      const began = performance.now();
      await build(tree);
      if (turn > 0) times[who as keyof typeof times].push((performance.now() - began) / 1000);
    }
  }
  return { shipmate: round(median(times.shipmate)), client: round(median(times.client)) };
}

async function withShipmate(tree: string): Promise<void> {
  const swarm = dockerSwarm(connectDocker(process.env['DOCKER_HOST']), { contextLimitBytes: 1e9 });
  const request = {
    deploymentId: randomUUID(),
    builder: 'dockerfile',
    context: tree,
    settings: {},
    tag: tags.shipmate,
    labels: {},
  };
  await swarm.build(request, { onStep: () => {}, onLine: () => {} }, new AbortController().signal);
}

async function withClient(tree: string): Promise<void> {
  const [program, ...args] = await buildKitClient();
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  await run(program, [...args, '--quiet', '--tag', tags.client, tree], { env });
}

/** `docker buildx build` where that plug-in is; Debian's client of Engine 20.10 has its own BuildKit client inside. */
async function buildKitClient(): Promise<[string, ...string[]]> {
  const buildx = await run('docker', ['buildx', 'version']).catch(() => undefined);
  return buildx ? ['docker', 'buildx', 'build', '--provenance=false'] : ['/usr/bin/docker', 'build'];
}

if (import.meta.main) console.table(await benchBuilds());
