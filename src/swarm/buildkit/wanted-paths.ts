import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { SentFolder } from './files-protocol.ts';

/**
 * What a build wants of a folder: the files that it copies by name, with what is in them if they are folders. All of it
 * when it names none, or when the names do not tell: for patterns, links, and names with what separates them.
 * @param names Lists of names, separated by a comma and a space.
 */
export function wantedPaths({ paths, root }: SentFolder, names: readonly string[]): readonly string[] {
  const wanted = names.flatMap((list) => list.split(', ')).map(cleanName);
  if (wanted.length === 0 || wanted.some((name) => name === '' || /[*?[\]\\%]/.test(name))) return paths;
  if (wanted.some((name) => isThroughLink(root, name)) || paths.some((path) => path.includes(', '))) return paths;
  const whole = new Set(wanted);
  const folders = new Set(wanted.flatMap(foldersOf));
  return paths.filter(
    (path) => folders.has(path) || whole.has(path) || foldersOf(path).some((above) => whole.has(above)),
  );
}

function cleanName(name: string): string {
  return posix.normalize(`/${name}`).replace(/^\//, '').replace(/\/$/, '');
}

function isThroughLink(root: string, name: string): boolean {
  return [...foldersOf(name), name].some(
    (path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
  );
}

/** `a/b/c`: `a`, `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}
