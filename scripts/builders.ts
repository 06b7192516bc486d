/**
 * Builds an application with each language's builder and starts it, on base images made of Debian's packages, and writes the
 * table in docs/builders.md: `npm run builders [-- python go …]`. Needs Debian, root and a Docker Engine with BuildKit.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDebianImage } from './builders/debian-image.ts';
import { type Sample, samples } from './builders/samples.ts';
import { serves } from './builders/serves.ts';
import { withTried } from './docs/builders.ts';
import { connectDocker, dockerSwarm } from '../src/swarm/dockerode.ts';

const page = fileURLToPath(new URL('../docs/builders.md', import.meta.url));
const docker = connectDocker(process.env['DOCKER_HOST']);
const swarm = dockerSwarm(docker, { contextLimitBytes: 10_000_000 });

async function main(asked: string[]): Promise<boolean> {
  const unknown = asked.filter((name) => !samples.some(({ builder }) => builder === name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')} is none of the samples`);
  let allServe = true;
  for (const sample of samples) {
    if (asked.length > 0 && !asked.includes(sample.builder)) continue;
    const result = await tryOne(sample).catch((error: unknown) => `failed: ${String(error)}`);
    console.log(`builders: ${sample.builder}: ${result}`);
    allServe &&= result === 'ok';
    await writeFile(page, withTried(await readFile(page, 'utf8'), sample, result.split('\n')[0] ?? ''));
  }
  return allServe;
}

async function tryOne({ answer, builder, files, images, settings = {} }: Sample): Promise<string> {
  const base: Record<string, string> = {};
  for (const [name, image] of Object.entries(images)) base[name] = await ensureDebianImage(name, image);
  const context = await mkdtemp(join(tmpdir(), 'shipmate-sample-'));
  const tag = `shipmate-sample/${builder}:${randomUUID()}`;
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(context, name)), { recursive: true });
      await writeFile(join(context, name), text);
    }
    const generation = { images: base, port: 3000 };
    const chosen = files['Procfile'] === undefined ? builder : 'procfile';
    const request = { deploymentId: randomUUID(), builder: chosen, context, settings, generation, tag, labels: {} };
    const events = { onStep: () => {}, onLine: (line: string) => console.log(`  ${line}`) };
    await swarm.build(request, events, new AbortController().signal);
    const got = await serves(docker, tag, answer);
    return got === undefined ? 'ok' : `failed: it answers ${JSON.stringify(got)}`;
  } finally {
    await rm(context, { recursive: true, force: true });
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  }
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
