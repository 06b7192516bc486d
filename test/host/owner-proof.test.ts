import { chmod, lstat, mkdir, mkdtempDisposable, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type OwnerProofs, openOwnerProofs } from '../../src/host/owner-proof.ts';

let outer: Awaited<ReturnType<typeof mkdtempDisposable>>;
let folder: string;
let proofs: OwnerProofs;

beforeEach(async () => {
  outer = await mkdtempDisposable(join(tmpdir(), 'shipmate-proof-'));
  folder = join(outer.path, 'callers');
  proofs = await openOwnerProofs(folder);
});
afterEach(() => outer[Symbol.asyncDispose]());

it('is whose the folder is, once, and leaves nothing', async () => {
  const name = proofs.ask();
  await mkdir(join(folder, name), { mode: 0o700 });
  expect(await proofs.take(name)).toBe(process.getuid?.());
  expect(await readdir(folder)).toEqual([]);
  await mkdir(join(folder, name), { mode: 0o700 });
  expect(await proofs.take(name)).toBeUndefined();
});

it('is no name that nobody was asked for, and none that was not made', async () => {
  const name = 'f'.repeat(32);
  await mkdir(join(folder, name), { mode: 0o700 });
  expect(await proofs.take(name)).toBeUndefined();
  expect(await proofs.take(proofs.ask())).toBeUndefined();
});

it.each([
  ['a file, which can be a link to one of somebody else', (path: string) => writeFile(path, '', { mode: 0o700 })],
  ['a link to a folder of somebody else', (path: string) => symlink('/', path)],
  [
    'a folder that others can move',
    async (path: string) => {
      await mkdir(path);
      await chmod(path, 0o770);
    },
  ],
])('is not %s', async (_, make) => {
  const name = proofs.ask();
  await make(join(folder, name));
  expect(await proofs.take(name)).toBeUndefined();
});

it('lets others of the group make folders, and neither list nor remove those of others', async () => {
  expect((await lstat(folder)).mode & 0o7777).toBe(0o1730);
});

it('waits for so many answers at most', async () => {
  const first = proofs.ask();
  for (let one = 0; one < 1_000; one += 1) proofs.ask();
  await mkdir(join(folder, first), { mode: 0o700 });
  expect(await proofs.take(first)).toBeUndefined();
});

it('starts without what an earlier process left', async () => {
  await mkdir(join(folder, 'a'.repeat(32)));
  await openOwnerProofs(folder);
  expect(await readdir(folder)).toEqual([]);
});
