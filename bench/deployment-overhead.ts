import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { type DemoStage, openStage } from '../scripts/support/demo-stage.ts';
import { freePort } from '../scripts/support/free-port.ts';
import { createSampleRepository } from '../scripts/support/sample-repository.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';
import { median, round } from './support/table.ts';

const run = promisify(execFile);
const rounds = 3;
const bareService = 'bench-bare';

export interface OverheadRow {
  healthCheck: 'yes' | 'no';
  /** Seconds from the push until the new version is known to be healthy. */
  shipmate: number;
  /** Seconds of `docker build` and `docker service update --detach=false` for the same change. */
  bare: number;
  ratio: number;
}

/**
 * A deployment, from the webhook on, beside the two commands one would type for it. Both roll two tasks, first of an
 * image with a health check and then of one without.
 */
export async function benchDeploymentOverhead(): Promise<OverheadRow[]> {
  return [await measure('yes'), await measure('no')];
}

async function measure(healthCheck: OverheadRow['healthCheck']): Promise<OverheadRow> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  const baseImage = await ensureNodeBaseImage();
  const ports = { http: await freePort(), ingress: await freePort() };
  const stage = await openStage({ folder, ports, baseImage, detached: false, onLine: () => undefined });
  const bare = await createSampleRepository(join(folder, 'bare'));
  try {
    if (healthCheck === 'no') for (const path of [join(folder, 'hello'), bare.path]) await withoutCheck(path);
    await stage.setUp();
    await push(stage, '0');
    await bare.commit('0');
    await build(bare.path, baseImage, '0');
    await run('docker', [
      'service',
      'create',
      '--quiet',
      '--name',
      bareService,
      '--replicas',
      '2',
      '--endpoint-mode',
      'dnsrr',
      '--update-order',
      'start-first',
      `${bareService}:0`,
    ]);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 1; turn <= rounds; turn += 1) {
      ours.push(await seconds(() => push(stage, `1.${turn}`)));
      await bare.commit(`1.${turn}`);
      theirs.push(await seconds(() => update(bare.path, baseImage, `1.${turn}`)));
    }
    const [shipmate, typed] = [round(median(ours), 1), round(median(theirs), 1)];
    return { healthCheck, shipmate, bare: typed, ratio: round(shipmate / typed) };
  } finally {
    await stage.leave();
    // Waits for the containers, which hold the images.
    await dockerSwarm(connectDocker(process.env['DOCKER_HOST']), { contextLimitBytes: 0 }).remove(bareService);
    await removeImages();
    await removeEmbeddedPostgres(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function withoutCheck(repository: string): Promise<void> {
  const dockerfile = join(repository, 'Dockerfile');
  const lines = (await readFile(dockerfile, 'utf8')).split('\n');
  await writeFile(dockerfile, lines.filter((line) => !line.startsWith('HEALTHCHECK')).join('\n'));
}

async function push(stage: DemoStage, version: string): Promise<void> {
  const done = stage.process.waitFor(/done in/);
  await stage.push(version, false);
  await done;
}

async function update(path: string, baseImage: string, version: string): Promise<void> {
  await build(path, baseImage, version);
  const image = `${bareService}:${version}`;
  await run('docker', ['service', 'update', '--quiet', '--detach=false', '--image', image, bareService]);
}

async function build(path: string, baseImage: string, version: string): Promise<void> {
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  await run(
    'docker',
    ['build', '--quiet', '--build-arg', `BASE=${baseImage}`, '--tag', `${bareService}:${version}`, path],
    { env },
  );
}

async function removeImages(): Promise<void> {
  const { stdout } = await run('docker', ['images', '--quiet', bareService]);
  const ids = [...new Set(stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length > 0) await run('docker', ['rmi', '--force', ...ids]);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

if (import.meta.main) console.table(await benchDeploymentOverhead());
