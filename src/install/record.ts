import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { places } from './places.ts';

/** What was not there before the installation. */
export interface Added {
  /** Debian packages. */
  packages: string[];
  swarm: boolean;
}

export async function readRecord(): Promise<Added> {
  const text = await readFile(places.record, 'utf8').catch(() => '{}');
  const { packages, swarm } = JSON.parse(text) as Partial<Record<keyof Added, unknown>>;
  const names = Array.isArray(packages) ? packages.filter((name) => typeof name === 'string') : [];
  return { packages: names, swarm: swarm === true };
}

/** Adds to what earlier runs have brought. */
export async function addToRecord({ packages = [], swarm = false }: Partial<Added>): Promise<void> {
  const before = await readRecord();
  const added: Added = {
    packages: [...new Set([...before.packages, ...packages])].sort(),
    swarm: before.swarm || swarm,
  };
  await mkdir(dirname(places.record), { recursive: true, mode: 0o755 });
  await writeWhole(places.record, `${JSON.stringify(added, undefined, 2)}\n`, 0o644);
}

/** Writes a file so that nobody ever sees half of it, nor more rights than it has in the end. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.partial`;
  await writeFile(partial, text, { mode, flush: true });
  await chmod(partial, mode);
  await rename(partial, path);
}
