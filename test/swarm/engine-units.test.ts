import { describe, expect, it } from '@jest/globals';
import { nanosecondsOf, parseCpus } from '../../src/swarm/engine-units.ts';

describe('nanosecondsOf', () => {
  it.each([
    ['0', 0],
    ['30s', 30e9],
    ['500ms', 5e8],
    ['1m30s', 90e9],
    ['1.5h', 5_400e9],
    [' 2us ', 2_000],
    ['1ns', 1],
    ['0.1s', 1e8],
    ['2d', 172_800e9],
  ])('reads %s', (text, nanoseconds) => {
    expect(nanosecondsOf(text)).toBe(nanoseconds);
  });

  it.each(['', '10', 's', '-1s', '1 m', '5 minutes', '1s!'])('refuses %j', (text) => {
    expect(() => nanosecondsOf(text)).toThrow('is not a duration from `0s`');
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
