import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { NotFoundError, UserError } from '../../../errors.ts';

/**
 * The real path of `path` inside `directory`, symlinks followed.
 * @param what begins the sentence of an error.
 * @throws {NotFoundError} when it does not exist; {UserError} when it leads out of the directory.
 */
export async function resolveInside(directory: string, path: string, what: string): Promise<string> {
  const root = await realpath(directory);
  const real = await realpath(resolve(root, path)).catch(() => undefined);
  if (!real) throw new NotFoundError(`${what} \`${path}\` does not exist in the repository.`);
  const inside = relative(root, real);
  if (isAbsolute(inside) || inside === '..' || inside.startsWith('../')) {
    throw new UserError(`${what} \`${path}\` leads out of the repository. Name a path inside it.`);
  }
  return real;
}
