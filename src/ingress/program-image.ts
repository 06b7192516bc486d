import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { programEnvironment } from '../host/program-environment.ts';
import type { Swarm } from '../swarm/swarm.ts';

const run = promisify(execFile);
const importMs = 120_000;

interface ProgramImage {
  swarm: Swarm;
  /** e.g. `caddy`: names the image. */
  name: string;
  /** Path on this machine. */
  program: string;
  /** Path in the image. */
  inImage: string;
  command: string[];
  /** Other nodes pull the image from it. */
  registry?: string | undefined;
}

/**
 * An image of a program of this machine and the libraries it is linked to, nothing else. Tagged by content, so made
 * once; pushed where there is a registry.
 */
export async function ensureProgramImage(wanted: ProgramImage): Promise<string> {
  const { name, program, registry, swarm } = wanted;
  const hash = createHash('sha256');
  await pipeline(createReadStream(program), hash);
  const tag = `${registry ?? 'shipmate'}/${name}:${hash.digest('hex').slice(0, 12)}`;
  if (!(await swarm.findImage(tag))) await importProgram(wanted, tag);
  return registry ? swarm.push(tag, AbortSignal.timeout(importMs)) : tag;
}

async function importProgram({ command, inImage, name, program, swarm }: ProgramImage, tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `shipmate-${name}-`));
  try {
    const root = join(folder, 'root');
    await copyInto(root, program, inImage);
    for (const library of await linkedLibraries(program)) await copyInto(root, library, library);
    const labels = { 'shipmate.managed': 'true' };
    await swarm.importFolder({ folder: root, tag, command, labels }, AbortSignal.timeout(importMs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
