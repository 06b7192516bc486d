import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { seedTar } from '../../../src/swarm/containers/seed-tar.ts';
import { until } from '../../support/until.ts';

const part = Buffer.alloc(64 * 1024, 'x');

async function* parts(count: number, end: () => Promise<void> | void = () => undefined): AsyncIterable<Buffer> {
  try {
    for (let at = 0; at < count; at += 1) yield part;
  } finally {
    await end();
  }
}

async function drain(tar: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of tar) expect(chunk.length).toBeGreaterThan(0);
}

describe('the tar of restored files', () => {
  it('is one file and links to it', async () => {
    const size = 32 * part.length;
    const entries = extract();
    entries.end(await buffer(seedTar(['dump.rdb', 'again.rdb'], size, parts(32))));
    const found: unknown[] = [];
    for await (const entry of entries) {
      const { linkname, name, size: length, type } = entry.header;
      found.push({ name, type, length, linkname, content: (await text(entry)).length });
    }
    expect(found).toEqual([
      { name: 'dump.rdb', type: 'file', length: size, linkname: null, content: size },
      { name: 'again.rdb', type: 'link', length: 0, linkname: 'dump.rdb', content: 0 },
    ]);
  });

  it.each([0, 1, 32])('passes an error of what it reads after %s parts on, and nothing else fails', async (count) => {
    const stopped = new Error('shutting down');
    const failing = parts(count, () => {
      throw stopped;
    });
    await expect(drain(seedTar(['dump.rdb'], 100 * part.length, failing))).rejects.toBe(stopped);
  });

  it('passes on an error that comes while nothing is written', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    const reading = drain(
      seedTar(
        ['dump.rdb'],
        100 * part.length,
        parts(2, () => promise),
      ),
    );
    const stopped = new Error('shutting down');
    setImmediate(() => reject(stopped));
    await expect(reading).rejects.toBe(stopped);
  });

  it('refuses data of another size than was said', async () => {
    await expect(drain(seedTar(['dump.rdb'], part.length, parts(2)))).rejects.toThrow('Size mismatch');
  });

  it('ends the reading when nobody takes the rest', async () => {
    let ended = false;
    const tar = seedTar(
      ['dump.rdb'],
      100 * part.length,
      parts(100, () => void (ended = true)),
    );
    for await (const chunk of tar) if (chunk.length > 512) break;
    await until('the reading ends', () => ended);
  });
});
