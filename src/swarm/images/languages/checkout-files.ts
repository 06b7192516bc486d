import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { UserError } from '../../../errors.ts';

/** What builders see of a checkout: names, and the text of small files. Links are followed as far as they stay inside. */
export interface CheckoutFiles {
  /** Whether there is a file of this path. */
  has(path: string): Promise<boolean>;
  /** Its text; undefined when there is no such file. @throws {UserError} for more than 2 MiB. */
  read(path: string): Promise<string | undefined>;
  /** The first 2 MiB of its text; undefined when there is no such file. */
  head(path: string): Promise<FileHead | undefined>;
  /** Names in a folder, sorted, the first 2 000; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
}

export interface FileHead {
  text: string;
  isWhole: boolean;
}

/** Manifests are kilobytes, most lock files less than a megabyte. Read at once by one event loop. */
const maxBytes = 2 * 1024 * 1024;
const maxNames = 2_000;

export function openFiles(root: string): CheckoutFiles {
  async function inside(path: string): Promise<string | undefined> {
    const [top, real] = await Promise.all([realpath(root), realpath(join(root, path)).catch(() => undefined)]);
    return real !== undefined && (real === top || real.startsWith(`${top}${sep}`)) ? real : undefined;
  }

  async function openFile(path: string) {
    const real = await inside(path);
    if (real === undefined) return undefined;
    const file = await open(real).catch(() => undefined);
    const stats = await file?.stat();
    if (file && stats?.isFile()) return { file, size: stats.size };
    await file?.close();
    return undefined;
  }

  async function head(path: string): Promise<FileHead | undefined> {
    const found = await openFile(path);
    if (!found) return undefined;
    await using file = found.file;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(found.size, maxBytes)), 0);
    return { text: buffer.toString('utf8', 0, bytesRead), isWhole: found.size <= maxBytes };
  }

  return {
    async has(path) {
      const found = await openFile(path);
      await found?.file.close();
      return found !== undefined;
    },
    head,
    async read(path) {
      const found = await head(path);
      if (!found || found.isWhole) return found?.text;
      throw new UserError(`\`${path}\` is larger than 2 MiB. Make it smaller, or add a Dockerfile.`);
    },
    async list(folder) {
      const real = await inside(folder);
      const names = real === undefined ? [] : await readdir(real).catch(() => []);
      return names.slice(0, maxNames).sort();
    },
  };
}

/** The first of these files that is there. */
export async function firstFile(files: CheckoutFiles, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await files.has(path)) return path;
  return undefined;
}
