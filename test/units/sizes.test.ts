import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../src/errors.ts';
import { formatGb, formatSize, parseSize, readSize, sizeWithin } from '../../src/units/sizes.ts';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['512', 512],
    ['512b', 512],
    ['64k', 65_536],
    ['512M', 536_870_912],
    ['512m', 536_870_912],
    ['10MB', 10_485_760],
    ['10mib', 10_485_760],
    ['10 MiB', 10_485_760],
    ['1.5g', 1_610_612_736],
    ['2GiB', 2_147_483_648],
    ['1T', 1024 ** 4],
    ['1P', 1024 ** 5],
    ['0.5k', 512],
    ['0.3B', 0],
    ['  1G\n', 1024 ** 3],
  ])('reads %j', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', ' ', 'M', '-1M', '+1M', '1X', '1iB', '1Mi', '1 M B', '1,5G', '.5G', '1e3', 'lots', '1M; rm'])(
    'refuses %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );
});

describe('readSize', () => {
  it.each([
    ['1M', 1024 ** 2],
    ['1048576B', 1024 ** 2],
    ['1G', 1024 ** 3],
  ])('takes %s', (text, bytes) => {
    expect(readSize(text, { least: '1M', most: '1G' })).toBe(bytes);
  });

  it.each([
    ...['0', '5', '1023k', '1.1G', 'lots'].map((text) => [text, text] as const),
    [`${'9'.repeat(400)}T`, `${'9'.repeat(100)}…`],
  ])('refuses %s, and names the limits', (text, shown) => {
    expect(() => readSize(text, { least: '1M', most: '1G' }, 'memory')).toThrow(
      new UsageError(`memory: \`${shown}\` is not a size from \`1M\` to \`1G\`. Examples: \`512M\`, \`1.5G\`.`),
    );
  });

  it('takes a number alone where its unit is agreed upon', () => {
    const sizes = { least: '1B', most: '1T' };
    expect(sizeWithin('20', sizes)).toBeUndefined();
    expect(sizeWithin('20', { ...sizes, bare: 'B' })).toBe(20);
    expect(sizeWithin(' 20 ', { ...sizes, bare: 'GiB' })).toBe(20 * 1024 ** 3);
    expect(sizeWithin('1.5', { ...sizes, bare: 'GiB' })).toBe(1.5 * 1024 ** 3);
    expect(sizeWithin('0', { ...sizes, bare: 'GiB' })).toBeUndefined();
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [10_000, '9.77 KiB'],
    [1_048_575, '1 MiB'],
    [12_345_678.9, '11.8 MiB'],
    [500 * 1024 ** 2, '500 MiB'],
    [52_000_000_000, '48.4 GiB'],
    [7e15, '6.22 PiB'],
  ])('writes %d for people', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it('writes what can be typed again', () => {
    for (const bytes of [1, 1_536, 500 * 1024 ** 2, 1024 ** 4]) expect(parseSize(formatSize(bytes))).toBe(bytes);
  });

  it('writes whole GB', () => {
    expect([formatGb(1), formatGb(20), formatGb(1024)]).toEqual(['1 GiB', '20 GiB', '1 TiB']);
  });
});
