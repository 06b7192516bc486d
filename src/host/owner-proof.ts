import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRoom } from '../make-room.ts';

/** How long a caller has to answer, milliseconds: a `mkdir`. */
const answerMs = 30_000;
/** Answers that are waited for at once; the oldest is given up for another. */
const mostAwaited = 1_000;
/** Others of the group may make a folder in it, may not list them, and may not remove those of others. */
const folderMode = 0o1730;

/**
 * Node does not tell who is at the other end of a socket, so a caller proves it: they make a folder with a name that only
 * they were told, and the kernel writes down whose it is. docs/adr/0033-the-own-machine-is-a-socket.md has why nobody can
 * make one for someone else.
 */
export interface OwnerProofs {
  /** A name for one folder in `folder`, which counts once and for a short time. */
  ask(): string;
  /** The user id of whoever has made it; undefined where it proves nothing. */
  take(name: string): Promise<number | undefined>;
}

/** @param folder Emptied first; made where it is missing. */
export async function openOwnerProofs(folder: string): Promise<OwnerProofs> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await chmod(folder, folderMode);
  const { dev } = await lstat(folder);
  const awaited = new Map<string, number>();

  return {
    ask() {
      makeRoom(awaited, mostAwaited);
      const name = randomBytes(16).toString('hex');
      awaited.set(name, performance.now() + answerMs);
      return name;
    },
    async take(name) {
      const until = awaited.get(name);
      awaited.delete(name);
      if (until === undefined) return undefined;
      const path = join(folder, name);
      const made = await lstat(path).catch(() => undefined);
      await rmdir(path).catch(() => undefined);
      if (performance.now() > until || !made?.isDirectory()) return undefined;
      // One that others may write can be moved here by them, and a mounted file system says whatever it likes.
      return (made.mode & 0o777) === 0o700 && made.dev === dev ? made.uid : undefined;
    },
  };
}
