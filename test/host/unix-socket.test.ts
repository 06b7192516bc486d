import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isListenedOn, listenOnSocket, openTo } from '../../src/host/unix-socket.ts';

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let path: string;
let servers: Server[];

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-socket-'));
  path = join(folder.path, 'shipmate.sock');
  servers = [];
});
afterEach(async () => {
  for (const server of servers) server.close();
  await folder[Symbol.asyncDispose]();
});

function server(): Server {
  const made = createServer((socket) => socket.end());
  servers.push(made);
  return made;
}

/** A socket whose process was killed. */
async function leaveStale(at: string): Promise<void> {
  const program = `require('node:net').createServer().listen(${JSON.stringify(at)}, () => process.stdout.write('up'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a socket of the machine', () => {
  it('is for its owner and group, and has nothing beside it', async () => {
    await listenOnSocket(server(), path, openTo.ownerAndGroup);
    expect((await lstat(path)).mode & 0o777).toBe(0o660);
    expect(await isListenedOn(path)).toBe(true);
    expect(await readdir(folder.path)).toEqual(['shipmate.sock']);
  });

  it('takes the place of one that nobody listens on any more', async () => {
    await leaveStale(path);
    expect(await isListenedOn(path)).toBe(false);
    await listenOnSocket(server(), path, openTo.ownerAndGroup);
    expect(await isListenedOn(path)).toBe(true);
  });

  it('never takes the place of one that a process listens on', async () => {
    await listenOnSocket(server(), path, openTo.ownerAndGroup);
    const { ino } = await lstat(path);
    await expect(listenOnSocket(server(), path, openTo.ownerAndGroup)).rejects.toThrow(
      `Another process listens on ${path}.`,
    );
    expect((await lstat(path)).ino).toBe(ino);
    expect(await isListenedOn(path)).toBe(true);
  });

  it('never takes the place of a file', async () => {
    await writeFile(path, 'kept');
    await expect(listenOnSocket(server(), path, openTo.ownerAndGroup)).rejects.toThrow(`${path} is not a socket.`);
    expect((await lstat(path)).size).toBe(4);
  });

  it('is taken away by whoever made it, and not by whoever made the one before', async () => {
    const removeFirst = await listenOnSocket(server(), path, openTo.ownerAndGroup);
    servers[0]?.close();
    await once(servers[0] as Server, 'close');
    const removeSecond = await listenOnSocket(server(), path, openTo.ownerAndGroup);
    await removeFirst();
    expect(await isListenedOn(path)).toBe(true);
    await removeSecond();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('may be deeper than the kernel lets a name be', async () => {
    const deep = join(folder.path, 'd'.repeat(120));
    await mkdir(deep);
    await listenOnSocket(server(), join(deep, 'shipmate.sock'), openTo.ownerAndGroup);
    expect(await isListenedOn(join(deep, 'shipmate.sock'))).toBe(true);
  });
});
