import { describe, expect, it } from '@jest/globals';
import {
  freezeAt,
  freezeMinutes,
  nextStart,
  requireSchedule,
} from '../../../../src/usecases/deployments/hold/freeze-schedule.ts';

const weekend = { starts: '0 16 * * FRI', durationMinutes: 64 * 60, zone: 'Europe/Berlin', reason: 'weekend' };
const at = (time: string, ...windows: (typeof weekend)[]) => freezeAt(windows, new Date(time))?.until.toISOString();

describe('a freeze window', () => {
  // In Berlin, 16:00 is 15:00 UTC in winter and 14:00 UTC in summer.
  it.each([
    ['a minute before', '2026-11-27T14:59:00Z', undefined],
    ['when it begins', '2026-11-27T15:00:00Z', '2026-11-30T07:00:00.000Z'],
    ['within its first second', '2026-11-27T15:00:00.500Z', '2026-11-30T07:00:00.000Z'],
    ['in the middle', '2026-11-29T00:00:00Z', '2026-11-30T07:00:00.000Z'],
    ['a millisecond before its end', '2026-11-30T06:59:59.999Z', '2026-11-30T07:00:00.000Z'],
    ['at its end', '2026-11-30T07:00:00Z', undefined],
    ['in summer', '2026-07-10T14:00:00Z', '2026-07-13T06:00:00.000Z'],
    ['across the change to winter time, 64 hours that pass', '2026-10-24T12:00:00Z', '2026-10-26T06:00:00.000Z'],
  ])('%s', (_when, time, until) => {
    expect(at(time, weekend)).toBe(until);
  });

  it('that begins at an hour the clock leaves out begins after it', () => {
    const night = { ...weekend, starts: '30 2 * * *', durationMinutes: 60 };
    expect(at('2026-03-29T00:59:00Z', night)).toBeUndefined();
    expect(at('2026-03-29T01:10:00Z', night)).toBe('2026-03-29T02:00:00.000Z');
  });

  it('holds until the last of those that are on', () => {
    const day = { ...weekend, starts: '0 0 * * *', durationMinutes: 24 * 60 };
    expect(at('2026-11-28T10:00:00Z', day, weekend)).toBe('2026-11-30T07:00:00.000Z');
    expect(at('2026-11-28T10:00:00Z', weekend, day)).toBe('2026-11-30T07:00:00.000Z');
    expect(at('2026-11-28T10:00:00Z')).toBeUndefined();
  });

  it('tells when it begins next', () => {
    expect(nextStart(weekend, new Date('2026-11-24T00:00:00Z'))?.toISOString()).toBe('2026-11-27T15:00:00.000Z');
  });
});

describe('what is typed', () => {
  it.each(['0 16 * * FRI', '*/5 9-17 * * 1-5', '0 0 24 12 *', '0 0 29 2 *', '0 0 L * *'])(
    '%s is understood',
    (starts) => {
      expect(() => requireSchedule({ starts, zone: 'Europe/Berlin' })).not.toThrow();
    },
  );

  it.each([
    ['', 'UTC', 'is not a cron expression'],
    ['soon', 'UTC', 'is not a cron expression'],
    ['0 25 * * *', 'UTC', 'is not a cron expression'],
    ['0 0 31 2 *', 'UTC', 'is not a cron expression'],
    ['0 0 16 * * FRI', 'UTC', 'is not a cron expression'],
    ['2026-12-24T00:00:00', 'UTC', 'is not a cron expression'],
    [`${'0,'.repeat(60)}0 0 * * *`, 'UTC', 'is not a cron expression'],
    ['0 16 * * FRI', 'Mars/Base', '`Mars/Base` is not a time zone.'],
    ['0 16 * * FRI', '', 'is not a time zone.'],
  ])('%s in %s is refused', (starts, zone, sentence) => {
    expect(() => requireSchedule({ starts, zone })).toThrow(sentence);
  });

  it.each([
    ['64h', 3_840],
    ['90m', 90],
    ['2d', 2_880],
    ['1d12h30m', 2_190],
    ['1m', 1],
    ['31d', 44_640],
    ['1.5h', 90],
    ['1w', 10_080],
  ])('%s is %i minutes', (text, minutes) => {
    expect(freezeMinutes(text)).toBe(minutes);
  });

  it.each(['', '0m', '32d', '10', '1.5m', '-1h', 'h', '5s', '1h 30m'])('%j is no length', (text) => {
    expect(() => freezeMinutes(text)).toThrow(
      `\`${text}\` is not a duration from \`1m\` to \`31d\` in whole minutes. Examples: \`90m\`, \`64h\`, \`2d12h\`.`,
    );
  });
});
