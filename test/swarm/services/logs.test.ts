import { describe, expect, it } from '@jest/globals';
import { newestLines } from '../../../src/swarm/services/logs.ts';

function frame(kind: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const at = (second: number, text: string) => `2026-01-01T00:00:0${second}.000000000Z ${text}\n`;

describe('newestLines', () => {
  it('orders the lines of all tasks and both streams by time', () => {
    const stream = Buffer.concat([frame(1, at(3, 'three')), frame(2, at(1, 'önë')), frame(1, at(2, 'two words'))]);
    expect(newestLines(stream, 10)).toEqual(['önë', 'two words', 'three']);
  });

  it('keeps the order of lines of one time, and empty lines', () => {
    expect(newestLines(frame(1, at(1, 'a') + at(1, '') + at(1, 'b')), 10)).toEqual(['a', '', 'b']);
  });

  it('tells the times when asked to', () => {
    expect(newestLines(frame(1, at(1, 'a b')), 10, true)).toEqual(['2026-01-01T00:00:01.000000000Z a b']);
  });

  it('keeps the newest', () => {
    expect(newestLines(Buffer.concat([frame(1, at(1, 'old')), frame(1, at(2, 'new'))]), 1)).toEqual(['new']);
  });

  it('reads nothing from nothing', () => {
    expect(newestLines(Buffer.alloc(0), 5)).toEqual([]);
  });
});
