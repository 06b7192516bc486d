import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writingTo } from '../host/full-disk.ts';
import type { Archive } from './archive.ts';
import { throwMissing } from './missing-object.ts';

/** Of a file that is being written; a killed process leaves it, and the next one to write the object replaces it. */
const unfinished = '.part';

/** An archive in a folder: files are written under a temporary name, flushed and renamed. */
export function folderArchive(folder: string): Archive {
  const root = resolve(folder);

  function pathOf(name: string): string {
    const path = resolve(root, name);
    if (!path.startsWith(root + sep) || name.endsWith(unfinished)) throw new Error(`not a valid object name: ${name}`);
    return path;
  }

  return {
    location: root,
    async put(name, body, signal) {
      const path = pathOf(name);
      const part = `${path}${unfinished}`;
      await writingTo(root, async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rm(part, { force: true });
        try {
          await pipeline(body, createWriteStream(part, { mode: 0o600, flush: true }), { ...(signal && { signal }) });
          await rename(part, path);
        } catch (error) {
          await rm(part, { force: true });
          throw error;
        }
        await flushFolder(dirname(path));
      });
    },
    async get(name) {
      const path = pathOf(name);
      await stat(path).catch((error: unknown) => throwMissing(error, name, isMissing(error)));
      return createReadStream(path);
    },
    async head(name) {
      try {
        return { name, bytes: (await stat(pathOf(name))).size };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async list(prefix) {
      const files = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      const names = files
        .filter((file) => file.isFile() && !file.name.endsWith(unfinished))
        .map((file) => relative(root, join(file.parentPath, file.name)).replaceAll(sep, '/'))
        .filter((name) => name.startsWith(prefix))
        .sort();
      return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(pathOf(name))).size })));
    },
  };
}

/** So that the new name outlives a power cut. */
async function flushFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
