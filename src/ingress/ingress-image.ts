import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '../errors.ts';
import { findProgram } from '../host/find-program.ts';
import type { Logger } from '../logger.ts';
import type { Swarm } from '../swarm/swarm.ts';

const run = promisify(execFile);
/** Where the program is in the image. */
const inImage = '/usr/bin/caddy';
/** A registry that does not answer must not hold up the first deployment for long. */
const pullMs = 60_000;
const buildMs = 120_000;

interface ImageOptions {
  swarm: Swarm;
  logger: Logger;
  image: string;
  /** Other nodes pull an image that was made here from it. */
  registry?: string | undefined;
}

/** The configured image, pulled when it is missing; where that fails, one made from the distribution's package. */
export async function ensureIngressImage({ swarm, image, logger, registry }: ImageOptions): Promise<string> {
  if (await swarm.findImage(image)) return image;
  try {
    await swarm.pull(image, () => undefined, AbortSignal.timeout(pullMs));
    return image;
  } catch (error) {
    logger.info({ err: error, image }, 'ingress image cannot be pulled; making one from the package `caddy`');
  }
  const built = await buildFromPackage(swarm, image, registry);
  return registry ? swarm.push(built, AbortSignal.timeout(buildMs)) : built;
}

/** @throws {UnavailableError} with all that helps: pulling the image, naming another, the package. */
async function findCaddy(image: string, folder: string): Promise<string> {
  try {
    return await findProgram('caddy', folder);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `The ingress image \`${image}\` cannot be pulled. Pull it by hand, name another with SHIPMATE_INGRESS_IMAGE, ` +
        'or install the package `caddy` on this host.',
      { cause: error },
    );
  }
}

/** FROM scratch: the program and the libraries it is linked to. Tagged by content, so made once. */
async function buildFromPackage(swarm: Swarm, image: string, registry = 'shipmate'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-caddy-'));
  try {
    const program = await findCaddy(image, folder);
    const hash = createHash('sha256')
      .update(await readFile(program))
      .digest('hex')
      .slice(0, 12);
    const tag = `${registry}/caddy:${hash}`;
    if (!(await swarm.findImage(tag))) await build(swarm, tag, program, join(folder, 'context'));
    return tag;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(swarm: Swarm, tag: string, program: string, context: string): Promise<void> {
  await copyInto(context, program, inImage);
  for (const library of await linkedLibraries(program)) await copyInto(context, library, library);
  await writeFile(join(context, 'Dockerfile'), `FROM scratch\nCOPY root/ /\nCMD ["${inImage}", "run"]\n`);
  const quiet = { onStep: () => undefined, onLine: () => undefined };
  const labels = { 'shipmate.managed': 'true' };
  const request = { deploymentId: 'ingress', context, dockerfile: 'Dockerfile', buildArgs: {}, tag, labels };
  await swarm.build(request, quiet, AbortSignal.timeout(buildMs));
}

async function copyInto(context: string, from: string, to: string): Promise<void> {
  const target = join(context, 'root', to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}

async function linkedLibraries(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => (path ? [path] : []));
}
