import { stat, statfs } from 'node:fs/promises';

export interface FileSystem {
  /** Identifies a mounted file system; two folders on one have the same id. */
  device: number;
  sizeBytes: number;
  /** In use, by whomever. */
  usedBytes: number;
  /** What programs may still write: some file systems keep a part for root. */
  freeBytes: number;
}

/** The file system that a folder is on; undefined when there is no such folder here. */
export async function fileSystemOf(path: string): Promise<FileSystem | undefined> {
  try {
    const [{ dev }, { bavail, bfree, blocks, bsize }] = await Promise.all([stat(path), statfs(path)]);
    return {
      device: dev,
      sizeBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      freeBytes: bavail * bsize,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
