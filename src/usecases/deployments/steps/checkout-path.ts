import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { NotFoundError, UserError } from '../../../errors.ts';
import { formatSize } from '../../../units/sizes.ts';

/**
 * The real path of `path` inside `directory`, symlinks followed.
 * @param what Subject of error sentences.
 * @throws {NotFoundError} when it does not exist; {UserError} when it is outside the directory.
 */
export async function resolveInside(directory: string, path: string, what: string): Promise<string> {
  const root = await realpath(directory);
  const real = await realpath(resolve(root, path)).catch(() => undefined);
  if (!real) throw new NotFoundError(`${what} \`${path}\` does not exist in the repository.`);
  const inside = relative(root, real);
  if (isAbsolute(inside) || inside === '..' || inside.startsWith('../')) {
    throw new UserError(`${what} \`${path}\` points outside the repository. Use a path inside it.`);
  }
  return real;
}

/**
 * The text of a file of a checkout, found as `resolveInside` does.
 * @throws {NotFoundError} when it does not exist; {UserError} when it is outside, not a file, or too large.
 */
export async function readInside(
  directory: string,
  path: string,
  { what, maxBytes }: { what: string; maxBytes: number },
): Promise<string> {
  const real = await resolveInside(directory, path, what);
  const stats = await stat(real);
  if (!stats.isFile()) throw new UserError(`${what} \`${path}\` is not a file. Specify a file.`);
  if (stats.size > maxBytes) {
    throw new UserError(`${what} \`${path}\` is larger than ${formatSize(maxBytes)}. Make it smaller.`);
  }
  return readFile(real, 'utf8');
}
