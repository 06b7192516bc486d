import { describe, expect, it } from '@jest/globals';
import { parseDuration } from '../../../src/swarm/durations.ts';
import { formatSize, parseCpus, parseSize } from '../../../src/swarm/sizes.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['30s', 30e9],
    ['500ms', 5e8],
    ['1m30s', 90e9],
    ['1.5h', 5_400e9],
    [' 2us ', 2_000],
  ])('reads %s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '10', 's', '-1s', '1 m', '5 minutes', '1s!'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow('is not a duration. Write it like');
  });
});

describe('parseSize', () => {
  it.each([
    ['512', 512],
    ['64k', 65_536],
    ['512M', 536_870_912],
    ['1.5g', 1_610_612_736],
    ['2GiB', 2_147_483_648],
    ['10MB', 10_485_760],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'M', '-1M', '1X', 'lots'])('refuses %j', (text) => {
    expect(() => parseSize(text)).toThrow('is not a memory size. Write it like');
  });
});

describe('parseCpus', () => {
  it('reads fractions', () => {
    expect(parseCpus('0.5')).toBe(5e8);
    expect(parseCpus('2')).toBe(2e9);
  });

  it.each(['', '0', '-1', 'all', '1e3'])('refuses %j', (text) => {
    expect(() => parseCpus(text)).toThrow('is not a number of CPUs');
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [500 * 1024 ** 2, '500 MiB'],
  ])('writes %d for people', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
