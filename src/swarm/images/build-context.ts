import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-fs';
import { UserError } from '../../errors.ts';
import { normalPath } from './dockerfile-path.ts';
import { type IgnoreRules, type Matches, readDockerignore } from './dockerignore.ts';
import { formatSize } from '../../units/sizes.ts';

/** What is sent of a folder to a build. */
export interface BuildContext {
  root: string;
  /** Relative to the root, folders before what is in them, in the order of their bytes. */
  paths: readonly string[];
}

interface Walk {
  root: string;
  ignore: IgnoreRules;
  /** Paths that are sent, folders included. */
  kept: Set<string>;
  bytes: number;
  limitBytes: number;
  signal: AbortSignal;
}

export interface WalkOptions {
  /** Largest sum of its files, bytes. */
  limitBytes: number;
  /** File of patterns that are left out, if it is there (default `.dockerignore`). */
  ignoreFile?: string;
  signal: AbortSignal;
}

/** More are no sources; their paths alone fill the memory. */
const maxEntries = 500_000;
/** Files that are looked at together. */
const atOnce = 64;

/**
 * The build context without ignored files. Everything is checked before the first byte is sent; only paths are kept in
 * memory. Links are sent as links, wherever they lead: a build sees nothing outside its context.
 * @throws {UserError} for a context above the limits, a Dockerfile that is not in it, or a `.dockerignore` that cannot be
 * read. @throws the reason of `signal`.
 */
export async function readContext(root: string, dockerfile: string, options: WalkOptions): Promise<BuildContext> {
  await requireDockerfile(root, dockerfile);
  return readFolder(root, options);
}

/** The same of a folder without a Dockerfile. */
export async function readFolder(
  root: string,
  { ignoreFile = '.dockerignore', limitBytes, signal }: WalkOptions,
): Promise<BuildContext> {
  const ignore = await readIgnore(root, ignoreFile);
  const walk = { root, ignore, kept: new Set<string>(), bytes: 0, limitBytes, signal };
  await visit(walk, '', ignore.none);
  return { root, paths: [...walk.kept] };
}

/** The context as a tar stream, with the Dockerfile and the `.dockerignore` in any case: the Engine looks for them there. */
export function packContext({ paths, root }: BuildContext, dockerfile: string): Readable {
  const kept = new Set(paths);
  for (const always of ['.dockerignore', normalPath(root, dockerfile)]) keep(kept, always);
  return Readable.from(pack(root, { ignore: (path) => path !== root && !kept.has(relative(root, path)) }));
}

/** @throws {UserError} when it is missing or outside the context. */
export async function requireDockerfile(root: string, dockerfile: string): Promise<void> {
  if (isAbsolute(dockerfile) || isOutside(normalPath(root, dockerfile))) {
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

/** The file of patterns that BuildKit prefers for this Dockerfile. */
export async function ignoreFileOf(root: string, dockerfile: string): Promise<string> {
  const own = `${normalPath(root, dockerfile)}.dockerignore`;
  return (await isPlainFile(join(root, own))) ? own : '.dockerignore';
}

async function readIgnore(root: string, name: string): Promise<IgnoreRules> {
  const file = join(root, name);
  return readDockerignore((await isPlainFile(file)) ? await readFile(file, 'utf8') : '');
}

/** A link could leak a file of this host into an error message. */
async function isPlainFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() ?? false;
}

/** @param above What the rules found of the folder. */
async function visit(walk: Walk, folder: string, above: Matches): Promise<void> {
  const names = await readdir(join(walk.root, folder));
  names.sort(byBytes);
  for (let at = 0; at < names.length; at += atOnce) {
    walk.signal.throwIfAborted();
    const paths = names.slice(at, at + atOnce).map((name) => join(folder, name));
    const stats = await Promise.all(paths.map((path) => lstat(join(walk.root, path))));
    for (const [place, path] of paths.entries()) await look(walk, path, stats[place], above);
  }
}

async function look(walk: Walk, path: string, stats: Stats | undefined, above: Matches): Promise<void> {
  if (!stats) return;
  const { ignored, matches } = await walk.ignore.look(path, above);
  if (!ignored) check(walk, path, stats);
  if (stats.isDirectory() && (!ignored || walk.ignore.mayTakeIn(path))) await visit(walk, path, matches);
}

function check(walk: Walk, path: string, stats: Stats): void {
  if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) {
    throw new UserError(`The build context contains \`${path}\`, which is not a file, folder or link. Remove it.`);
  }
  if (stats.isFile()) walk.bytes += stats.size;
  if (walk.bytes > walk.limitBytes) {
    throw new UserError(
      `The build context is larger than ${formatSize(walk.limitBytes)}. Exclude what the build does not need with a \`.dockerignore\`.`,
    );
  }
  keep(walk.kept, path);
  if (walk.kept.size > maxEntries) {
    throw new UserError(
      `The build context has more than ${maxEntries} files and folders. Leave out what the build does not need with a \`.dockerignore\`.`,
    );
  }
}

function keep(kept: Set<string>, path: string): void {
  if (path === '.' || kept.has(path)) return;
  keep(kept, dirname(path));
  kept.add(path);
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`);
}

function leadsOut(link: string): UserError {
  return new UserError(
    `The symlink \`${link}\` points outside the build context. Replace it with the file it points to.`,
  );
}
