import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../src/errors.ts';
import {
  durationWithin,
  formatAge,
  formatDuration,
  parseDuration,
  readDuration,
  type DurationLimits,
} from '../../src/units/durations.ts';

const day = 86_400_000;

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['000s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['5M', 300_000],
    ['2H', 7_200_000],
    ['90MS', 90],
    ['2d', 2 * day],
    ['1w', 7 * day],
    ['1m30s', 90_000],
    ['30s1m', 90_000],
    ['1w2d3h4m5s6ms', 9 * day + 11_045_006],
    ['1.5h', 5_400_000],
    ['0.1s', 100],
    ['1.1m', 66_000],
    ['0.5ms', 0.5],
    ['2us', 0.002],
    ['2µs', 0.002],
    ['1ns', 0.000001],
    ['  10m\n', 600_000],
    ['999999999999h', 999_999_999_999 * 3_600_000],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '10',
    '1.5',
    's',
    '-1s',
    '+1s',
    '1 s',
    '1h 30m',
    '5 minutes',
    '1min',
    '1s!',
    '1,5h',
    '.5h',
    '1.h',
    '1e3s',
    '1y',
    '٣s',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('readDuration', () => {
  const limits: DurationLimits = { least: '1s', most: '1d', whole: 'second' };

  it.each([
    ['1s', 1_000],
    ['1d', day],
    ['24h', day],
    ['1.5m', 90_000],
  ])('takes %s', (text, ms) => {
    expect(readDuration(text, limits)).toBe(ms);
  });

  it.each(['0', '999ms', '1500ms', '86401s', '2d', '999999999999w', 'soon'])(
    'refuses %s, and names the limits',
    (text) => {
      expect(() => readDuration(text, limits)).toThrow(
        new UsageError(
          `\`${text}\` is not a duration from \`1s\` to \`1d\` in whole seconds. Examples: \`30s\`, \`1h30m\`.`,
        ),
      );
      expect(durationWithin(text, limits)).toBeUndefined();
    },
  );

  it('names the setting and its own examples', () => {
    expect(() => readDuration('40d', { least: '1m', most: '31d', examples: ['2d'] }, 'length')).toThrow(
      new UsageError('length: `40d` is not a duration from `1m` to `31d`. Examples: `2d`.'),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [0.4, '0 s'],
    [40, '40 ms'],
    [999.4, '999 ms'],
    [999.5, '1 s'],
    [4_200, '4.2 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [41_200, '41 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_000, '59 min 59 s'],
    [3_599_700, '1 h'],
    [15_120_000, '4 h 12 min'],
    [86_399_000, '1 d'],
    [day, '1 d'],
    [273_600_000, '3 d 4 h'],
    [1_000 * day, '1000 d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatAge', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [day - 1, '23 h'],
    [3.9 * day, '3 d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

it('browsers write durations the same way', async () => {
  const script = '../../src/handlers/http/pages/assets/durations.js';
  const page = (await import(script)) as Record<'formatAge' | 'formatDuration', (seconds: number) => string>;
  // Fractions are never shown there, so below ten seconds only whole ones are compared.
  for (const seconds of [0, 1, 9, 10, 59, 60, 61, 125, 3_599, 3_600, 3_629, 3_630, 86_369, 86_370, 86_399, 273_600]) {
    expect([seconds, page.formatDuration(seconds)]).toEqual([seconds, formatDuration(seconds * 1_000)]);
    expect([seconds, page.formatAge(seconds)]).toEqual([seconds, formatAge(seconds * 1_000)]);
  }
});
