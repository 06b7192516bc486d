import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BackupStore, BackupRepository } from '../../src/backup-store/backup-store.ts';
import { storeLocation } from '../../src/backup-store/location.ts';
import { resticStore, StoreError } from '../../src/backup-store/restic.ts';
import { withQuickKeys } from '../support/quick-keys.ts';
import { type RunningProcess, processesOf, withVariable } from '../support/running-processes.ts';
import { damage, resticInPath } from '../support/restic.ts';
import { startS3 } from '../support/s3.ts';

const { signal } = new AbortController();
const name = 'app.sql';
let dataDir: string;
let local: BackupStore;
let repository: BackupRepository;

beforeAll(async () => {
  await resticInPath();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-store-'));
  local = withQuickKeys(resticStore({ dataDir, s3: undefined }));
  repository = { location: storeLocation({ dataDir, s3: undefined }, randomUUID()), password: 'secret' };
  await local.create(repository, signal);
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function* chunks(data: Buffer, size = 65_536): AsyncIterable<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

async function readAll(store: BackupStore, repository: BackupRepository, snapshot: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of store.read(repository, snapshot, name, signal)) parts.push(part);
  return Buffer.concat(parts);
}

describe('the backup store in a folder', () => {
  it('gives back what was written, and stores of a second version only what is new', async () => {
    // More than two of the largest pieces that restic cuts data into, 8 MiB.
    const first = randomBytes(20_000_000);
    const second = Buffer.from(first);
    second.write('changed', 10_000_000);
    const one = await local.write(repository, { name, tag: 'one' }, chunks(first), signal);
    const two = await local.write(repository, { name, tag: 'two' }, chunks(second), signal);
    expect(one.addedBytes).toBeGreaterThan(20_000_000);
    expect(two.addedBytes).toBeLessThan(one.addedBytes / 2);
    expect(digest(await readAll(local, repository, one.snapshot))).toBe(digest(first));
    expect(digest(await readAll(local, repository, two.snapshot))).toBe(digest(second));
    expect(await local.find(repository, 'two', signal)).toEqual([expect.stringContaining(two.snapshot)]);
    await local.forget(repository, [one.snapshot, 'aaaaaaaa'], signal);
    await local.check(repository, 100, signal);
    expect(digest(await readAll(local, repository, two.snapshot))).toBe(digest(second));
    await expect(readAll(local, repository, one.snapshot)).rejects.toThrow(StoreError);
  });

  it('lists parts in their order, whatever the clock said when they were written', async () => {
    const part = async (order: string) =>
      (await local.write(repository, { name, tag: 'log', order }, chunks(Buffer.from(order)), signal)).snapshot;
    const later = await part('00000010');
    const earlier = await part('0000000f');
    const earliest = await part('0000000a');
    const listed = await local.list(repository, 'log', signal);
    expect(listed.map(({ snapshot }) => snapshot.slice(0, 8))).toEqual(
      [earliest, earlier, later].map((id) => id.slice(0, 8)),
    );
    await local.drop(repository, [earliest, earlier], signal);
    expect(await local.list(repository, 'log', signal)).toHaveLength(1);
    expect(String(await readAll(local, repository, later))).toBe('00000010');
  });

  it('is told its own password alone, and nobody reads it from the arguments', async () => {
    using _secret = withVariable('SLACK_BOT_TOKEN', 'xoxb-of-shipmate-alone');
    const hidden = { ...repository, location: `${repository.location}-hidden`, password: 'only-in-the-environment' };
    const seen: RunningProcess[] = [];
    const look = async () => {
      for (const one of await processesOf('restic')) if (one.cmdline.includes(hidden.location)) seen.push(one);
    };
    async function* watched(data: Buffer): AsyncIterable<Buffer> {
      for await (const part of chunks(data)) {
        await look();
        yield part;
      }
    }
    await local.create(hidden, signal);
    const { snapshot } = await local.write(hidden, { name, tag: 'hidden' }, watched(randomBytes(500_000)), signal);
    const written = seen.length;
    for await (const _part of local.read(hidden, snapshot, name, signal)) await look();
    expect(written).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(written);
    expect(seen.filter(({ cmdline }) => cmdline.includes(hidden.password))).toEqual([]);
    expect(seen.filter(({ environ }) => environ.includes('xoxb-'))).toEqual([]);
    expect(seen.every(({ environ }) => environ.includes(`RESTIC_PASSWORD=${hidden.password}\0`))).toBe(true);
  });

  it('stores nothing of data that break off', async () => {
    async function* breaking(): AsyncIterable<Buffer> {
      yield randomBytes(1_000_000);
      throw new Error('the dump broke off');
    }
    const writing = local.write(repository, { name, tag: 'broken' }, breaking(), signal);
    await expect(writing).rejects.toThrow('the dump broke off');
    expect(await local.find(repository, 'broken', signal)).toEqual([]);
  });

  it('stores nothing of data that are empty, and says so', async () => {
    const writing = local.write(repository, { name, tag: 'empty' }, chunks(Buffer.alloc(0)), signal);
    await expect(writing).rejects.toThrow(new StoreError('There is nothing to store: the backup is empty.'));
    expect(await local.find(repository, 'empty', signal)).toEqual([]);
  });

  it('says in a sentence that there is no repository to write to', async () => {
    const missing = { ...repository, location: `${repository.location}-missing` };
    const writing = local.write(missing, { name, tag: 'x' }, chunks(Buffer.from('hello')), signal);
    await expect(writing).rejects.toThrow(/^The backup store: [^{]*Is there a repository at the following location/);
  });

  it('makes no empty repository where one is expected, and says what to do', async () => {
    const missing = { ...repository, location: `${repository.location}-moved` };
    await expect(local.open(missing, signal)).rejects.toThrow(
      new StoreError(
        `There is no backup repository in ${missing.location}, where backups were stored. Bring the folder or bucket back; ` +
          'if it is lost for good, make an empty one with `restic init` and what `db key` shows, then `db backup --type full`.',
      ),
    );
    await expect(readdir(missing.location)).rejects.toThrow('ENOENT');
  });

  it('stores nothing when it is aborted, and goes on afterwards', async () => {
    const abort = new AbortController();
    async function* endless(): AsyncIterable<Buffer> {
      for (;;) {
        yield randomBytes(100_000);
        await delay(5);
        abort.abort(new Error('enough'));
      }
    }
    await expect(local.write(repository, { name, tag: 'x' }, endless(), abort.signal)).rejects.toThrow('enough');
    await local.open(repository, signal);
    const { snapshot } = await local.write(repository, { name, tag: 'y' }, chunks(Buffer.from('hello')), signal);
    expect(String(await readAll(local, repository, snapshot))).toBe('hello');
  });

  it('says that data are damaged, and that a password is wrong', async () => {
    const { snapshot } = await local.write(repository, { name, tag: 'x' }, chunks(randomBytes(3_000_000)), signal);
    await expect(local.open({ ...repository, password: 'other' }, signal)).rejects.toThrow(/wrong password/);
    await damage(repository.location);
    await expect(local.check(repository, 100, signal)).rejects.toThrow(StoreError);
    await expect(readAll(local, repository, snapshot)).rejects.toThrow(StoreError);
    await local.destroy(repository.location);
    await expect(readdir(repository.location)).rejects.toThrow('ENOENT');
  });
});

describe('the backup store in an S3 bucket', () => {
  it('gives back what was written, and is empty once destroyed', async () => {
    await using s3 = await startS3();
    const store = resticStore({ dataDir, s3: s3.config });
    const repository = { location: storeLocation({ dataDir, s3: s3.config }, 'main'), password: 'secret' };
    const data = randomBytes(3_000_000);
    await store.create(repository, signal);
    const { snapshot } = await store.write(repository, { name, tag: 'x' }, chunks(data), signal);
    await store.create(repository, signal);
    expect(digest(await readAll(store, repository, snapshot))).toBe(digest(data));
    await store.forget(repository, [snapshot], signal);
    await store.destroy(repository.location);
    expect(await readdir(join(s3.directory, 'shipmate'), { recursive: true })).toEqual([]);
  });
});
