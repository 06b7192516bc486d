import { describe, expect, it } from '@jest/globals';
import { expandLzf, intsetEntries, listpackEntries } from '../../../src/database-engines/redis/rdb-packed.ts';

const texts = (entries: Buffer[]) => entries.map((entry) => entry.toString('latin1'));
/** With the head that tells its size and number of entries, which nothing here reads. */
const listpack = (...bytes: number[]) => Buffer.from([0, 0, 0, 0, 0, 0, ...bytes, 0xff]);

describe('a listpack', () => {
  it.each([
    ['a short string', [0x82, 97, 98, 3], ['ab']],
    ['a longer string', [0xe0, 0x03, 97, 98, 99, 5], ['abc']],
    ['a number of 7 bits', [0x7f, 1], ['127']],
    ['a number of 13 bits', [0xdf, 0xff, 2], ['-1']],
    ['a number of 16 bits', [0xf1, 0x00, 0x80, 3], ['-32768']],
    ['a number of 24 bits', [0xf2, 0xff, 0xff, 0x7f, 4], ['8388607']],
    ['a number of 32 bits', [0xf3, 0, 0, 0, 0x80, 5], ['-2147483648']],
    ['a number of 64 bits', [0xf4, 255, 255, 255, 255, 255, 255, 255, 127, 9], ['9223372036854775807']],
    ['several', [0x81, 97, 2, 0x01, 1], ['a', '1']],
    ['nothing', [], []],
  ])('has %s', (_, bytes, found) => {
    expect(texts(listpackEntries(listpack(...bytes)))).toEqual(found);
  });

  it('is refused when it breaks off', () => {
    expect(() => listpackEntries(Buffer.from([0, 0, 0, 0, 0, 0, 0x82, 97]))).toThrow(RangeError);
  });
});

describe('an intset', () => {
  it('has numbers of one width', () => {
    expect(texts(intsetEntries(Buffer.from([2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 7, 0])))).toEqual(['-1', '7']);
  });

  it('is refused when it breaks off', () => {
    expect(() => intsetEntries(Buffer.from([2, 0, 0, 0, 2, 0, 0, 0, 1, 0]))).toThrow(RangeError);
  });
});

describe('what LZF made smaller', () => {
  it('comes back, also where it repeats itself', () => {
    // `ab`, then seven bytes from two before, which are written meanwhile.
    expect(expandLzf(Buffer.from([1, 97, 98, 0xa0, 1]), 9).toString('latin1')).toBe('ababababa');
  });

  it('is refused when it breaks off', () => {
    expect(() => expandLzf(Buffer.from([1, 97, 98]), 9)).toThrow(RangeError);
  });
});
