import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const recordName = 'bundle.json';

/**
 * What a file is known by: a file that was written, moved or put in the place of another has another time of change, which
 * no program sets, unlike that of modification, which npm sets to 1985.
 *
 * @param {string} path
 * @returns {[ctimeMs: number, size: number]}
 */
export function stamp(path) {
  const { ctimeMs, size } = lstatSync(path);
  return [ctimeMs, size];
}

/**
 * The program of the bundle in `parent`, unless a file that it was made of has changed since, or there is none.
 *
 * @param {string} parent
 * @param {string} root
 * @returns {string | undefined}
 */
export function freshEntry(parent, root) {
  try {
    const { entry, files } = JSON.parse(readFileSync(join(parent, recordName), 'utf8'));
    const program = join(parent, entry);
    lstatSync(program);
    for (const [path, ctimeMs, size] of files) {
      const [nowCtimeMs, nowSize] = stamp(join(root, path));
      if (nowCtimeMs !== ctimeMs || nowSize !== size) return undefined;
    }
    return program;
  } catch {
    return undefined;
  }
}
