import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDataDir } from '../../src/database/data-dir-lock.ts';
import { ConflictError } from '../../src/errors.ts';

let dataDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-lock-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true });
});

async function holdInChild(folder: string): Promise<ChildProcess> {
  const lock = new URL('../../src/database/data-dir-lock.ts', import.meta.url).href;
  const script = `const { lockDataDir } = await import(${JSON.stringify(lock)});
    await lockDataDir(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('data folder lock', () => {
  it('names the process that holds the folder, and the folder', async () => {
    const holder = await holdInChild(dataDir);
    const second = lockDataDir(dataDir);
    await expect(second).rejects.toThrow(ConflictError);
    await expect(second).rejects.toThrow(`(process ${holder.pid}) uses the data folder ${dataDir}`);
  });

  it('is let go when its process is killed', async () => {
    const holder = await holdInChild(dataDir);
    const exit = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exit;
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(`(process ${process.pid})`);
    await lock.release();
  });

  it('leaves nothing when it is released', async () => {
    const lock = await lockDataDir(dataDir);
    await lock.release();
    expect(await readdir(dataDir)).toEqual([]);
    await (await lockDataDir(dataDir)).release();
  });

  it('makes the folder, and works where the path is too long for a socket', async () => {
    const deep = join(dataDir, 'd'.repeat(80), 'e'.repeat(80));
    const lock = await lockDataDir(deep);
    await expect(lockDataDir(deep)).rejects.toThrow(ConflictError);
    await lock.release();
    expect(await readdir(deep)).toEqual([]);
  });

  it('gives a folder with a stale lock to one of several that ask at the same time', async () => {
    const holder = await holdInChild(dataDir);
    const exit = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exit;
    const results = await Promise.allSettled([lockDataDir(dataDir), lockDataDir(dataDir), lockDataDir(dataDir)]);
    const held = results.filter((result) => result.status === 'fulfilled');
    for (const { value } of held) await value.release();
    expect(held).toHaveLength(1);
  });
});
