import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '../errors.ts';
import { findProgram } from '../host/find-program.ts';
import { programEnvironment } from '../host/program-environment.ts';
import type { Logger } from '../logger.ts';
import type { Swarm } from '../swarm/swarm.ts';

const run = promisify(execFile);
/** Where the program is in the image. */
const inImage = '/usr/bin/caddy';
/** A registry that does not answer must not hold up the first deployment for long. */
const pullMs = 60_000;
const importMs = 120_000;

interface ImageOptions {
  swarm: Swarm;
  logger: Logger;
  image: string;
  /** Where a program that has to be fetched is kept for the next time. */
  programs: string;
  /** Other nodes pull an image that was made here from it. */
  registry?: string | undefined;
}

/** The configured image, pulled when it is missing; where that fails, one made from the distribution's package. */
export async function ensureIngressImage(options: ImageOptions): Promise<string> {
  const { swarm, image, logger, registry } = options;
  if (await swarm.findImage(image)) return image;
  try {
    await swarm.pull(image, () => undefined, AbortSignal.timeout(pullMs));
    return image;
  } catch (error) {
    logger.info({ err: error, image }, 'cannot pull the ingress image; building one from the package `caddy`');
  }
  const made = await makeFromPackage(options);
  return registry ? swarm.push(made, AbortSignal.timeout(importMs)) : made;
}

/** @throws {UnavailableError} with all that helps: pulling the image, naming another, the package. */
async function findCaddy(image: string, folder: string): Promise<string> {
  try {
    return await findProgram('caddy', folder);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `The ingress image \`${image}\` cannot be pulled. Pull it manually, set another with SHIPMATE_INGRESS_IMAGE, ` +
        'or install the package `caddy` on this host.',
      { cause: error },
    );
  }
}

/** The program and the libraries it is linked to, nothing else. Tagged by content, so made once. */
async function makeFromPackage({ swarm, image, programs, registry = 'shipmate' }: ImageOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-caddy-'));
  try {
    const program = await findCaddy(image, programs);
    const hash = createHash('sha256')
      .update(await readFile(program))
      .digest('hex')
      .slice(0, 12);
    const tag = `${registry}/caddy:${hash}`;
    if (!(await swarm.findImage(tag))) await importProgram(swarm, tag, program, join(folder, 'root'));
    return tag;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importProgram(swarm: Swarm, tag: string, program: string, folder: string): Promise<void> {
  await copyInto(folder, program, inImage);
  for (const library of await linkedLibraries(program)) await copyInto(folder, library, library);
  const labels = { 'shipmate.managed': 'true' };
  await swarm.importFolder({ folder, tag, command: [inImage, 'run'], labels }, AbortSignal.timeout(importMs));
}

async function copyInto(folder: string, from: string, to: string): Promise<void> {
  const target = join(folder, to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}

async function linkedLibraries(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program], { env: programEnvironment() }).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => (path ? [path] : []));
}
