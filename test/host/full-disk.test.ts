import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { folderArchive } from '../../src/archive/folder.ts';
import { storeLocation } from '../../src/backup-store/location.ts';
import { resticStore } from '../../src/backup-store/restic.ts';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository } from '../git/repository.ts';
import { resticInPath } from '../support/restic.ts';
import { createSmallDisk } from '../support/small-disk.ts';

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();
const full = (folder: string) => ({
  name: 'UnavailableError',
  message: `The disk of \`${folder}\` is full. Free space there, then try again.`,
});

/** Compresses badly. */
async function* noise(bytes: number): AsyncIterable<Buffer> {
  for (let left = bytes; left > 0; left -= 65_536) yield randomBytes(65_536);
}

describe('a disk that is full', () => {
  it('is named by the archive, which keeps nothing half-written', async () => {
    await using disk = await createSmallDisk(mebibyte);
    const archive = folderArchive(disk.path);
    await expect(archive.put('2026/a.jsonl', Readable.from(noise(4 * mebibyte)), signal)).rejects.toMatchObject(
      full(disk.path),
    );
    expect(await archive.list('')).toEqual([]);
    expect(await readdir(join(disk.path, '2026'))).toEqual([]);
  });

  it('is named by the backup store, which keeps no lock and no part', async () => {
    await resticInPath();
    await using disk = await createSmallDisk(32 * mebibyte);
    const config = { dataDir: disk.path, s3: undefined };
    const repository = { location: storeLocation(config, randomUUID()), password: 'secret' };
    const store = resticStore(config);
    const write = (bytes: number) =>
      store.write(repository, { name: 'data', tag: String(bytes) }, noise(bytes), signal);
    await store.create(repository, signal);
    await expect(write(64 * mebibyte)).rejects.toMatchObject(full(repository.location));
    expect(await readdir(join(repository.location, 'locks'))).toEqual([]);
    expect(await store.find(repository, undefined, signal)).toEqual([]);
  });

  it('is named by a checkout', async () => {
    await using repository = await makeRepository();
    const commit = await repository.commit('Large', { 'large.txt': randomBytes(2 * mebibyte).toString('hex') });
    await using disk = await createSmallDisk(2 * mebibyte);
    const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
    const directory = join(disk.path, 'checkout');
    const checkout = git.checkout({ remote: { url: repository.path }, commit, directory, signal });
    await expect(checkout).rejects.toMatchObject(full(directory));
  });
});
