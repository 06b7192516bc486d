import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readMessages } from '../src/swarm/images/json-lines.ts';
import { readLines, type TextLine } from '../src/text-lines.ts';

async function linesOf(chunks: (string | Buffer)[], limit: number): Promise<TextLine[]> {
  return Array.fromAsync(readLines(Readable.from(chunks), limit));
}

describe('readLines', () => {
  it.each([1, 2, 3, 100])('reads lines that come in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from('önë\n\ntwo\nthree');
    const cut: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size));
    expect((await linesOf(cut, 10)).map(({ text }) => text)).toEqual(['önë', '', 'two', 'three']);
  });

  it('keeps the beginning of a long line, and says so', async () => {
    expect(await linesOf(['12345', '678\nabc', '\n12345\n'], 5)).toEqual([
      { text: '12345', cut: true },
      { text: 'abc', cut: false },
      { text: '12345', cut: false },
    ]);
  });

  it('reads no further than it is read', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield `line ${given}\n`;
      }
    }
    const lines = readLines(endless(), 100);
    await lines.next();
    await lines.next();
    expect(given).toBe(2);
    await lines.return(undefined);
  });
});

it('a message of the Engine that is too long is left out', async () => {
  const stream = Readable.from([`{"stream":"${'x'.repeat(4_000_000)}"}\n{"stream":"next"}\n`]);
  expect(await Array.fromAsync(readMessages(stream))).toEqual([
    { status: 'A message of the Engine is left out: it has more than 4 million characters' },
    { stream: 'next' },
  ]);
});
