import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConflictError } from '../errors.ts';
import { openSocketFolder } from '../host/socket-folder.ts';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Claims `dataDir` for this process by listening on a socket in it: the kernel releases it however the process ends,
 * and it works between containers that share the folder.
 *
 * @throws {ConflictError} when another Shipmate holds it; names its process.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const folder = await openSocketFolder(resolve(dataDir), uniqueName(''));
  try {
    const { server, path } = await claim(folder.path, dataDir);
    return {
      async release() {
        await rm(path, { force: true });
        await new Promise((done) => server.close(done));
        await folder.close();
      },
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/**
 * Listens under a unique name, then links it to the next free number: the file system gives each number to one process
 * only, and a live lock is never removed. Stale ones are removed once the new lock exists.
 */
async function claim(folder: string, dataDir: string): Promise<{ server: Server; path: string }> {
  const own = uniqueName(folder);
  const server = await listen(own);
  let path: string | undefined;
  try {
    while (!path) {
      const last = Math.max(0, ...(await refuseIfHeld(folder, dataDir, 0)));
      const next = join(folder, `lock.${last + 1}`);
      if (await linked(own, next)) path = next;
    }
    // A slower process may have taken another number after a release emptied the folder; the highest number wins.
    const mine = Number(path.split('.').at(-1));
    for (const stale of await refuseIfHeld(folder, dataDir, mine))
      if (stale < mine) await rm(join(folder, `lock.${stale}`), { force: true });
    return { server, path };
  } catch (error) {
    if (path) await rm(path, { force: true });
    server.close();
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Numbers of the existing locks. Throws when one above `mine` is alive. */
async function refuseIfHeld(folder: string, dataDir: string, mine: number): Promise<number[]> {
  const numbers = (await readdir(folder)).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  for (const number of numbers.filter((other) => other > mine)) {
    const holder = await whoListens(join(folder, `lock.${number}`));
    if (holder !== undefined) throw heldBy(holder, dataDir);
  }
  return numbers;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function uniqueName(folder: string): string {
  return join(folder, `claim.${randomBytes(4).toString('hex')}`);
}

function heldBy(pid: string, dataDir: string): ConflictError {
  return new ConflictError(
    `Another Shipmate (process ${pid || 'unknown'}) uses the data folder ${resolve(dataDir)}. Stop it first, or set SHIPMATE_DATA_DIR to a folder of its own.`,
  );
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  await new Promise<void>((done, failed) => server.on('error', failed).listen(path, done));
  server.unref();
  return server;
}

/** The listener's process id, empty when it is too busy to answer; undefined when nobody listens. */
async function whoListens(path: string): Promise<string | undefined> {
  const socket = connect(path);
  try {
    await new Promise<void>((done, failed) => socket.on('error', failed).on('connect', done));
  } catch {
    return undefined;
  }
  socket.setTimeout(2_000, () => socket.end().destroy());
  return text(socket).catch(() => '');
}
