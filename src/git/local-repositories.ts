import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { checkUrl, isLocal } from './check-arguments.ts';

export interface LocalRepositories {
  /** Folder below which repositories of this machine are cloned; undefined: none is. */
  folder: string | undefined;
  /** Never cloned from: it contains the histories of all repositories. */
  dataDir: string;
}

/**
 * The address to pass to git: local paths with symlinks resolved, others unchanged.
 * @throws {UserError} when the address is refused, or outside the folder configured by the operator.
 */
export async function allowedUrl(url: string, { folder, dataDir }: LocalRepositories): Promise<string> {
  checkUrl(url);
  if (!isLocal(url)) return url;
  if (folder === undefined) {
    throw new UserError(
      'Shipmate does not clone repositories from its own machine. Use the address at its git host, or have an operator set ' +
        '`SHIPMATE_LOCAL_REPOSITORIES` to the folder that contains it.',
    );
  }
  const path = await realPath(pathOf(url));
  const root = await realPath(folder);
  const data = await realPath(dataDir);
  if (path && root && isBelow(path, root) && !(data && isBelow(path, data))) return path;
  throw new UserError(`There is no repository \`${url}\` below the folder of \`SHIPMATE_LOCAL_REPOSITORIES\`.`);
}

function pathOf(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    // Of another host, or with an encoded slash.
    return undefined;
  }
}

async function realPath(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : realpath(path).catch(() => undefined);
}

function isBelow(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return !isAbsolute(inside) && inside !== '..' && !inside.startsWith('../');
}
