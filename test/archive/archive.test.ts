import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Archive } from '../../src/archive/archive.ts';
import { createArchive } from '../../src/archive/create-archive.ts';
import { archiveRows, listManifests, readManifest, readRows } from '../../src/archive/row-objects.ts';
import { startS3 } from '../support/s3.ts';

let dataDir: string;
let s3: Awaited<ReturnType<typeof startS3>>;
let archives: Record<'folder' | 'S3', Archive>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-archive-'));
  s3 = await startS3();
  archives = {
    folder: createArchive({ s3: undefined, dataDir }),
    S3: createArchive({ s3: s3.config, dataDir: '/nonexistent' }),
  };
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const signal = new AbortController().signal;

async function* failing(): AsyncGenerator<Buffer> {
  // More than one part of S3.
  for (let megabyte = 0; megabyte < 20; megabyte += 1) yield Buffer.alloc(1024 ** 2, 'x');
  throw new Error('the source broke');
}

async function* rowsOf<T>(rows: T[]): AsyncGenerator<T> {
  yield* rows;
}

describe.each(['folder', 'S3'] as const)('the archive in a %s', (kind) => {
  const archive = () => archives[kind];

  it('gives back what was put, and says how large it is', async () => {
    await archive().put('some/where.txt', Readable.from(['hello ', 'world']));
    expect(await text(await archive().get('some/where.txt'))).toBe('hello world');
    expect(await archive().head('some/where.txt')).toEqual({ name: 'some/where.txt', bytes: 11 });
    await archive().put('some/where.txt', Readable.from(['other']));
    expect(await text(await archive().get('some/where.txt'))).toBe('other');
  });

  it('says what is not there', async () => {
    expect(await archive().head('nothing')).toBeUndefined();
    await expect(archive().get('nothing')).rejects.toThrow('The archive has no `nothing`.');
    expect(await archive().list('nothing')).toEqual([]);
  });

  it('lists by the beginning of names, in their order', async () => {
    for (const name of ['list/b', 'list/a/1', 'listed']) await archive().put(name, Readable.from(['1']));
    expect((await archive().list('list/')).map(({ name }) => name)).toEqual(['list/a/1', 'list/b']);
  });

  it('takes objects of many parts', async () => {
    const bytes = 40 * 1024 ** 2;
    await archive().put('large', Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(1024 ** 2, 'y'))));
    expect(await archive().head('large')).toEqual({ name: 'large', bytes });
  });

  it('keeps nothing of an object whose source fails, or the one before', async () => {
    await expect(archive().put('broken', Readable.from(failing()))).rejects.toThrow('the source broke');
    expect(await archive().list('broken')).toEqual([]);
    await archive().put('replaced', Readable.from(['before']));
    await expect(archive().put('replaced', Readable.from(failing()))).rejects.toThrow('the source broke');
    expect(await text(await archive().get('replaced'))).toBe('before');
  });

  it('stops when it is told to', async () => {
    const stopping = new AbortController();
    async function* endless(): AsyncGenerator<Buffer> {
      for (let at = 0; ; at += 1) {
        if (at === 20) stopping.abort(new Error('shutting down'));
        yield Buffer.alloc(1024 ** 2);
      }
    }
    await expect(archive().put('endless', Readable.from(endless()), stopping.signal)).rejects.toThrow();
    expect(await archive().list('endless')).toEqual([]);
  });

  it('stores rows with a manifest and reads them back', async () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, text: `line\nof ${id} ✓` }));
    const about = { month: '2026-01' };
    const made = await archiveRows(archive(), { name: 'rows/1.ndjson.gz', rows: rowsOf(rows), about, signal });
    expect(made).toMatchObject({ rows: 5_000, format: 'ndjson+gzip', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(made.bytes).toBe((await archive().head('rows/1.ndjson.gz'))?.bytes);
    expect(await readManifest(archive(), 'rows/1.ndjson.gz')).toEqual(made);
    expect(await listManifests(archive(), 'rows/')).toEqual([made]);
    const read = [];
    for await (const row of readRows(archive(), 'rows/1.ndjson.gz')) read.push(row);
    expect(read).toEqual(rows);
  });

  it('reads rows back whatever line breaks their text has', async () => {
    const rows = [{ text: 'one\u2028two\u2029three\r\nfour\rfive\u0085six' }, { text: '' }];
    const { object } = await archiveRows(archive(), {
      name: 'rows/breaks.ndjson.gz',
      rows: rowsOf(rows),
      about: {},
      signal,
    });
    expect(await Array.fromAsync(readRows(archive(), object))).toEqual(rows);
  });

  it('refuses a row that is longer than any', async () => {
    const rows = [{ id: 1 }, { text: 'x'.repeat(1_000) }];
    const request = { name: 'rows/long.ndjson.gz', rows: rowsOf(rows), about: {}, signal };
    const { object } = await archiveRows(archive(), request);
    const reading = readRows(archive(), object, 500);
    expect(await reading.next()).toEqual({ done: false, value: { id: 1 } });
    await expect(reading.next()).rejects.toThrow(
      `\`rows/long.ndjson.gz\` in ${archive().location} has a line of more than 500 B, so Shipmate did not write it.`,
    );
    await archive().put('rows/huge.manifest.json', Readable.from(['x'.repeat(1024 ** 2 + 1)]));
    await expect(readManifest(archive(), 'rows/huge')).rejects.toThrow('has a line of more than 1 MiB');
    await archive().put('rows/huge.manifest.json', Readable.from(['{}']));
  });

  it('stores the same rows once, and stops reading where the reader does', async () => {
    const request = { name: 'rows/2.ndjson.gz', about: {}, signal };
    const first = await archiveRows(archive(), { ...request, rows: rowsOf([{ id: 1 }, { id: 2 }]) });
    expect(await archiveRows(archive(), { ...request, rows: rowsOf([]) })).toEqual(first);
    for await (const row of readRows(archive(), first.object)) {
      expect(row).toEqual({ id: 1 });
      break;
    }
  });

  it('leaves no manifest of rows that could not be read to their end', async () => {
    async function* broken() {
      yield { id: 1 };
      throw new Error('the database went away');
    }
    const request = { name: 'rows/3.ndjson.gz', rows: broken(), about: {}, signal };
    await expect(archiveRows(archive(), request)).rejects.toThrow('the database went away');
    expect(await archive().list('rows/3')).toEqual([]);
  });

  it('notices an object that differs from what was written', async () => {
    const request = { name: 'rows/4.ndjson.gz', about: {}, signal };
    await archiveRows(archive(), { ...request, rows: rowsOf([{ id: 1 }]) });
    const [other] = await listManifests(archive(), 'rows/2');
    await archive().put(request.name, await archive().get(other?.object ?? ''));
    await expect(archiveRows(archive(), { ...request, rows: rowsOf([]) })).rejects.toThrow(
      'differs from what was written',
    );
  });
});

describe('the archive in a folder', () => {
  it('is for its owner only, and passes over what a killed process left', async () => {
    const folder = join(dataDir, 'archive');
    await archives.folder.put('left/whole', Readable.from(['1']));
    await writeFile(join(folder, 'left', 'half.part'), 'half');
    expect((await archives.folder.list('left/')).map(({ name }) => name)).toEqual(['left/whole']);
    await archives.folder.put('left/half', Readable.from(['2']));
    expect((await readdir(join(folder, 'left'))).sort()).toEqual(['half', 'whole']);
    expect((await stat(join(folder, 'left', 'half'))).mode & 0o077).toBe(0);
  });

  it('keeps to its folder', async () => {
    await expect(archives.folder.put('../outside', Readable.from(['1']))).rejects.toThrow('not a valid object name');
  });
});
