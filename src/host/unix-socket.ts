import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { ConflictError } from '../errors.ts';
import { openSocketFolder } from './socket-folder.ts';

/** Who may connect to a socket. */
export const openTo = { ownerAndGroup: 0o660, everybody: 0o666 } as const;

/**
 * Makes the server listen on a socket of the file system, in place of one that nobody listens on any more. The socket gets
 * its name once its mode is set, so that nobody else connects in between.
 * @returns what takes the socket away; the server is closed by whoever made it.
 * @throws {ConflictError} when another process listens there, or what is there is no socket.
 */
export async function listenOnSocket(
  server: Server,
  path: string,
  mode: (typeof openTo)[keyof typeof openTo],
): Promise<() => Promise<void>> {
  await requireFree(path);
  const unnamed = `.${basename(path)}.${randomBytes(4).toString('hex')}`;
  const folder = await openSocketFolder(dirname(path), unnamed);
  try {
    const made = join(folder.path, unnamed);
    server.listen(made);
    await once(server, 'listening');
    await chmod(made, mode);
    const { ino } = await lstat(made);
    await rename(made, join(folder.path, basename(path)));
    return async () => {
      // Another Shipmate may have put its own there.
      if ((await inodeOf(path)) === ino) await rm(path, { force: true });
    };
  } finally {
    await folder.close();
  }
}

async function requireFree(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new ConflictError(`${path} is not a socket. Move it away and start again.`);
  if (await isListenedOn(path))
    throw new ConflictError(`Another process listens on ${path}. Stop it first: \`fuser -v ${path}\` names it.`);
}

/** Whether a process listens on the socket. One that may not be connected to counts as listened on. */
export async function isListenedOn(path: string): Promise<boolean> {
  const folder = await openSocketFolder(dirname(path), basename(path));
  const socket = connect(join(folder.path, basename(path)));
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ECONNREFUSED' && code !== 'ENOENT';
  } finally {
    socket.destroy();
    await folder.close();
  }
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await lstat(path).catch(() => undefined))?.ino;
}
