import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { newestLines, readLog } from '../../../src/swarm/services/read-log.ts';

function frame(kind: 1 | 2 | 3, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const at = (second: number, text: string) => `2026-01-01T00:00:0${second}.000000000Z ${text}\n`;

describe('newestLines', () => {
  it('orders the lines of all tasks and both streams by time', async () => {
    const stream = Buffer.concat([frame(1, at(3, 'three')), frame(2, at(1, 'önë')), frame(1, at(2, 'two words'))]);
    expect(await newestLines(Readable.from([stream]), 10)).toEqual(['önë', 'two words', 'three']);
  });

  it('keeps the order of lines of one time, and empty lines', async () => {
    expect(await newestLines(Readable.from([frame(1, at(1, 'a') + at(1, '') + at(1, 'b'))]), 10)).toEqual([
      'a',
      '',
      'b',
    ]);
  });

  it('tells the times when asked to', async () => {
    expect(await newestLines(Readable.from([frame(1, at(1, 'a b'))]), 10, true)).toEqual([
      '2026-01-01T00:00:01.000000000Z a b',
    ]);
  });

  it('keeps the newest', async () => {
    expect(
      await newestLines(Readable.from([Buffer.concat([frame(1, at(1, 'old')), frame(1, at(2, 'new'))])]), 1),
    ).toEqual(['new']);
  });

  it('reads nothing from nothing', async () => {
    expect(await newestLines(Readable.from([Buffer.alloc(0)]), 5)).toEqual([]);
  });

  it.each([1, 7, 1_000])('reads frames that come in pieces of %i bytes', async (size) => {
    const bytes = Buffer.concat([frame(1, at(2, 'twö')), frame(2, at(1, 'one'))]);
    const pieces: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
    expect(await newestLines(Readable.from(pieces), 5)).toEqual(['one', 'twö']);
  });

  it('keeps 6,000 characters of a line, and two million of all', async () => {
    async function* printed() {
      for (let line = 0; line < 1_000; line += 1) yield frame(1, at(1, 'x'.repeat(50_000)));
      yield frame(1, at(2, 'last'));
    }
    const lines = await newestLines(printed(), 5_000, true);
    expect(lines.at(-1)).toBe('2026-01-01T00:00:02.000000000Z last');
    expect(lines[0]).toHaveLength(6_000);
    expect(lines).toHaveLength(334);
  });
});

describe('readLog', () => {
  it('tells what the Engine says from what programs print', async () => {
    const away = 'Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream.\n';
    const printed = Readable.from([Buffer.concat([frame(1, at(2, 'two')), frame(3, away), frame(2, at(1, 'one'))])]);
    expect(await readLog(printed, { lines: 10 })).toEqual({
      lines: ['one', 'two'],
      missing: ['warning: incomplete log stream.'],
    });
  });

  it.each([1, 7, 1_000])(
    'reads the output of a terminal in pieces of %i bytes, in order and without colours',
    async (size) => {
      const text =
        at(3, '\u001b[31mthree\u001b[0m\r') +
        at(1, 'önë\r') +
        at(2, '10 %\r100 %\r') +
        'Error grabbing logs: rpc error: code = Unknown desc = node abc is not available\n';
      const bytes = Buffer.from(text);
      const pieces: Buffer[] = [];
      for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
      expect(await readLog(Readable.from(pieces), { lines: 10, tty: true })).toEqual({
        lines: ['önë', '100 %', 'three'],
        missing: ['node abc is not available'],
      });
    },
  );

  it('believes a program that prints the words of the Engine to be a program', async () => {
    const text = at(1, 'Error grabbing logs: not at all\r');
    expect(await readLog(Readable.from([Buffer.from(text)]), { lines: 10, tty: true })).toEqual({
      lines: ['Error grabbing logs: not at all'],
      missing: [],
    });
  });
});
