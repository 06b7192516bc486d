import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { standardOutput } from '../../../src/swarm/containers/standard-output.ts';

function frame(kind: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = kind;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe('standardOutput', () => {
  it.each([1, 3, 8, 1000])('yields standard output and returns standard error, in chunks of %i', async (size) => {
    const bytes = Buffer.concat([frame(1, 'one '), frame(2, 'oh'), frame(1, 'two'), frame(2, ' no\n'), frame(1, '')]);
    const cut: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size));
    const chunks = standardOutput(Readable.from(cut));
    let text = '';
    for (;;) {
      const next = await chunks.next();
      if (next.done) {
        expect([text, next.value]).toEqual(['one two', 'oh no']);
        break;
      }
      text += String(next.value);
    }
  });

  it.each([
    ['a line', `${'x'.repeat(4_000)} hunter22\nlast words`, 'last words'],
    ['a word, in one long line', `hunter22 ${'x'.repeat(3_985)} last words`, `${'x'.repeat(3_985)} last words`],
    ['nothing, in one long word', 'x'.repeat(5_000), ''],
  ])('begins with %s that is whole when standard error is cut', async (_, printed, complaint) => {
    const chunks = standardOutput(Readable.from([frame(2, printed)]));
    expect(await chunks.next()).toEqual({ done: true, value: complaint });
  });
});
