import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { findProgram } from '../../src/host/find-program.ts';

/** Puts restic into PATH of this process, from the distribution's package where the machine has none. */
export async function resticInPath(): Promise<string> {
  const program = await findProgram('restic', programsFolder);
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:${join(program, '..')}`;
  return program;
}

/** Overwrites every file of data in a repository; its length stays, or restic would try again for minutes. */
export async function damage(location: string): Promise<void> {
  const data = join(location, 'data');
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const { size } = await stat(path);
    await rm(path);
    await writeFile(path, randomBytes(size));
  }
}
