import { expect, it } from '@jest/globals';
import { choosePeriod } from '../../../src/usecases/metrics/metrics-period.ts';

const now = new Date('2026-11-29T12:00:00Z');

it.each([
  ['a day unless told otherwise', undefined, '2026-11-28T12:00:00.000Z', 60, 900],
  ['an hour by the minute', 3_600, '2026-11-29T11:00:00.000Z', 60, 60],
  ['six hours', 21_600, '2026-11-29T06:00:00.000Z', 60, 300],
  ['two days, of which minutes are gone', 172_800, '2026-11-27T12:00:00.000Z', 600, 1_800],
  ['four days, of which ten minutes are gone', 345_600, '2026-11-25T12:00:00.000Z', 3_600, 3_600],
  ['two weeks', 14 * 86_400, '2026-11-15T12:00:00.000Z', 3_600, 10_800],
])('reads %s', (_what, since, from, resolution, stepSeconds) => {
  expect(choosePeriod(now, since)).toEqual({ from: new Date(from), resolution, stepSeconds });
});

it('refuses what is not kept', () => {
  expect(() => choosePeriod(now, 15 * 86_400)).toThrow('Metrics are kept for 14 days: `--since 14d` at most.');
});
