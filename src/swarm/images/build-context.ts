import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-fs';
import { UserError } from '../../errors.ts';
import { type IgnoreRules, type Matches, readDockerignore } from './dockerignore.ts';
import { formatSize } from '../../units/sizes.ts';

interface Walk {
  root: string;
  ignore: IgnoreRules;
  /** Paths relative to `root` that are sent, folders included. */
  kept: Set<string>;
  bytes: number;
  limitBytes: number;
  signal: AbortSignal;
}

/** More are no sources; their paths alone fill the memory. */
const maxEntries = 500_000;

/**
 * The build context as a tar stream, without ignored files. Everything is checked before the first byte is sent; only
 * paths are kept in memory.
 * @throws {UserError} for a context above the limits, a symlink that points outside it, a Dockerfile that is not in it,
 * or a `.dockerignore` that cannot be read. @throws the reason of `signal`.
 */
export async function openContext(
  root: string,
  dockerfile: string,
  { limitBytes, signal }: { limitBytes: number; signal: AbortSignal },
): Promise<Readable> {
  await requireDockerfile(root, dockerfile);
  const ignore = await readIgnore(root);
  const walk = { root, ignore, kept: new Set<string>(), bytes: 0, limitBytes, signal };
  await visit(walk, '', ignore.none);
  for (const always of ['.dockerignore', normal(root, dockerfile)]) keep(walk, always);
  return Readable.from(pack(root, { ignore: (path) => path !== root && !walk.kept.has(relative(root, path)) }));
}

/** @throws {UserError} when it is missing or outside the context. */
export async function requireDockerfile(root: string, dockerfile: string): Promise<void> {
  if (isAbsolute(dockerfile) || isOutside(normal(root, dockerfile))) {
    throw new UserError(
      `The Dockerfile path \`${dockerfile}\` points outside the build context. Use a path inside it.`,
    );
  }
  const inside = await realpath(join(root, dockerfile)).catch(() => undefined);
  if (!inside) {
    throw new UserError(
      `There is no \`${dockerfile}\` in the build context. Add one, or set the application's Dockerfile path.`,
    );
  }
  if (isOutside(relative(await realpath(root), inside))) throw leadsOut(dockerfile);
}

async function readIgnore(root: string): Promise<IgnoreRules> {
  // A link could leak a file of this host into the error message.
  const isFile = (await lstat(join(root, '.dockerignore')).catch(() => undefined))?.isFile();
  return readDockerignore(isFile ? await readFile(join(root, '.dockerignore'), 'utf8') : '');
}

/** @param above What the rules found of the folder. */
async function visit(walk: Walk, folder: string, above: Matches): Promise<void> {
  for (const name of await readdir(join(walk.root, folder))) {
    walk.signal.throwIfAborted();
    const path = join(folder, name);
    const stats = await lstat(join(walk.root, path));
    const { ignored, matches } = await walk.ignore.look(path, above);
    if (!ignored) await check(walk, path, stats);
    if (stats.isDirectory() && (!ignored || walk.ignore.mayTakeIn(path))) await visit(walk, path, matches);
  }
}

async function check(walk: Walk, path: string, stats: Stats): Promise<void> {
  if (stats.isSymbolicLink()) await requireInside(walk.root, path);
  else if (!stats.isFile() && !stats.isDirectory()) {
    throw new UserError(`The build context contains \`${path}\`, which is not a file, folder or link. Remove it.`);
  }
  if (stats.isFile()) walk.bytes += stats.size;
  if (walk.bytes > walk.limitBytes) {
    throw new UserError(
      `The build context is larger than ${formatSize(walk.limitBytes)}. Exclude what the build does not need with a \`.dockerignore\`.`,
    );
  }
  keep(walk, path);
  if (walk.kept.size > maxEntries) {
    throw new UserError(
      `The build context has more than ${maxEntries} files and folders. Leave out what the build does not need with a \`.dockerignore\`.`,
    );
  }
}

function keep({ kept }: Walk, path: string): void {
  for (let part = path; part !== '.'; part = dirname(part)) kept.add(part);
}

/** Checks the link as written and as resolved: `..` after a linked folder points elsewhere than it reads. */
async function requireInside(root: string, link: string): Promise<void> {
  const target = await readlink(join(root, link));
  if (isAbsolute(target) || isOutside(normal(root, join(dirname(link), target)))) throw leadsOut(link);
  const real = await realpath(join(root, link)).catch(() => undefined);
  if (real && isOutside(relative(await realpath(root), real))) throw leadsOut(link);
}

function normal(root: string, path: string): string {
  return relative(root, resolve(root, path));
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`);
}

function leadsOut(link: string): UserError {
  return new UserError(
    `The symlink \`${link}\` points outside the build context. Replace it with the file it points to.`,
  );
}
