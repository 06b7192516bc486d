import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { UnavailableError } from '../errors.ts';
import { canFetchPackages, unpackPackages } from './debian-packages.ts';

/**
 * Path of a program: the one in PATH, else the one of the distribution's package, which is fetched and unpacked into
 * `folder` (not installed).
 * @throws {UnavailableError} with what to do when there is neither.
 */
export async function findProgram(name: string, folder: string): Promise<string> {
  const present = await inPath(name);
  if (present) return present;
  if (!(await canFetchPackages())) {
    throw new UnavailableError(
      `Shipmate needs the program \`${name}\`. Install it, for example: apt-get install ${name}`,
    );
  }
  return join(await unpackPackages([name], join(folder, name)), 'usr/bin', name);
}

async function inPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder && found) return path;
  }
  return undefined;
}
