import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { s3Archive } from '../../src/archive/s3.ts';
import { uploadToS3 } from '../../src/archive/upload-to-s3.ts';
import { openS3 } from '../../src/s3-client.ts';
import { startS3, type UploadStep } from '../support/s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let stopping: AbortController;
beforeEach(async () => {
  s3 = await startS3();
  stopping = new AbortController();
});
afterEach(() => s3[Symbol.asyncDispose]());

const shutDown = new Error('shutting down');
const inParts = () => Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(1024 ** 2)));

/** Puts an object, up to where S3 has got that request and does not answer. */
async function heldAt(step: UploadStep, body: Readable) {
  const archive = s3Archive(s3.config, { takeBackMs: 600_000 });
  const holding = s3.hold(step);
  const put = archive.put('object', body, stopping.signal);
  // Its end is looked at later.
  put.catch(() => undefined);
  const release = await holding;
  return { archive, put, release };
}

describe('an upload in parts leaves none in the bucket', () => {
  it('when it is aborted while S3 takes a part', async () => {
    const { archive, put } = await heldAt('part', inParts());
    expect(s3.unfinished()).toEqual(['/shipmate/archive/object']);
    stopping.abort(shutDown);
    await expect(put).rejects.toBe(shutDown);
    expect(s3.unfinished()).toEqual([]);
    expect(await archive.list('')).toEqual([]);
  });

  it('when it is aborted before S3 has given it a name', async () => {
    const { put, release } = await heldAt('create', inParts());
    stopping.abort(shutDown);
    release();
    await expect(put).rejects.toBe(shutDown);
    expect(s3.unfinished()).toEqual([]);
  });

  it('when it is aborted while its source does not answer', async () => {
    const stuck = async function* () {
      yield* inParts();
      await new Promise(() => undefined);
    };
    const { put, release } = await heldAt('part', Readable.from(stuck()));
    release();
    stopping.abort(shutDown);
    await expect(put).rejects.toBe(shutDown);
    expect(s3.unfinished()).toEqual([]);
  });

  it('when its source fails while S3 takes a part', async () => {
    const body = inParts();
    const { put } = await heldAt('part', body);
    body.destroy(new Error('the source broke'));
    await expect(put).rejects.toThrow('the source broke');
    expect(s3.unfinished()).toEqual([]);
  });

  it('when its process is told to end', async () => {
    const holding = s3.hold('part');
    const path = new URL('../support/uploading-process.ts', import.meta.url).pathname;
    using uploading = fork(path, { env: { ...process.env, S3: JSON.stringify(s3.config) }, execArgv: [] });
    const ended = once(uploading, 'exit');
    await holding;
    uploading.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(s3.unfinished()).toEqual([]);
  });
});

it('sends nothing of an object that was aborted before', async () => {
  stopping.abort(shutDown);
  const body = inParts();
  await expect(s3Archive(s3.config).put('object', body, stopping.signal)).rejects.toBe(shutDown);
  expect(body.destroyed).toBe(true);
  expect(s3.unfinished()).toEqual([]);
});

it.each(['put', 'complete'] as const)(
  'an abort at the last request, to %s, waits for what became of it',
  async (step) => {
    const body = step === 'put' ? Readable.from(['all of it']) : inParts();
    const { archive, put, release } = await heldAt(step, body);
    stopping.abort(shutDown);
    release();
    await put;
    expect((await archive.list('')).map(({ name }) => name)).toEqual(['object']);
    expect(s3.unfinished()).toEqual([]);
    if (step === 'put') expect(await text(await archive.get('object'))).toBe('all of it');
  },
);

it('an aborted upload ends when S3 does not take it back in time', async () => {
  const client = await openS3(s3.config);
  const body = inParts();
  const holding = s3.hold('part');
  const object = { Bucket: 'shipmate', Key: 'object', body, signal: stopping.signal, takeBackMs: 50 };
  const upload = uploadToS3(client, object);
  upload.catch(() => undefined);
  await holding;
  void s3.hold('take back');
  stopping.abort(shutDown);
  await expect(upload).rejects.toBe(shutDown);
  expect(s3.unfinished()).toEqual(['/shipmate/object']);
});
