import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { feedProgram } from '../../src/host/feed-program.ts';
import { until } from '../support/until.ts';

const megabyte = Buffer.alloc(1024 * 1024, 'x');
const never = new Promise<never>(() => undefined);

/** Counts what was asked of it. */
function source(chunks: number) {
  const read = { chunks: 0 };
  async function* give(): AsyncGenerator<Buffer> {
    for (; read.chunks < chunks; read.chunks += 1) yield megabyte;
  }
  return { read, chunks: give() };
}

/** Takes the first chunk and never says that it is done with it. */
function stuck(): Writable {
  return new Writable({ write: () => undefined });
}

describe('feedProgram', () => {
  it('writes all of it in order, and leaves the end to the caller', async () => {
    const to = new PassThrough();
    const taken = buffer(to);
    async function* lines() {
      for (const line of ['one\n', 'two\n', 'three\n']) yield Buffer.from(line);
    }
    await feedProgram(to, lines(), never);
    expect(to.writableEnded).toBe(false);
    to.end();
    expect((await taken).toString()).toBe('one\ntwo\nthree\n');
  });

  it('reads no further than a few megabytes ahead of what is taken', async () => {
    const to = stuck();
    const { chunks, read } = source(100);
    const ended = Promise.withResolvers<void>();
    const feeding = feedProgram(to, chunks, ended.promise);
    await until('the source waits', () => to.writableLength > 4 * megabyte.length);
    expect(read.chunks).toBeLessThan(6);
    ended.resolve();
    await feeding;
    expect(read.chunks).toBeLessThan(6);
  });

  it('stops when the program has ended badly, or the work is aborted', async () => {
    await feedProgram(stuck(), source(100).chunks, Promise.reject(new Error('out of disk')));
    const stop = new AbortController();
    const feeding = feedProgram(stuck(), source(100).chunks, never, stop.signal);
    stop.abort();
    await feeding;
  });

  it('fails as its input does', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield megabyte;
      throw new Error('the digest is another');
    }
    await expect(feedProgram(stuck(), broken(), never)).rejects.toThrow('the digest is another');
  });
});
