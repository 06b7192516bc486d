import { describe, expect, it } from '@jest/globals';
import { dueTimes, nextCronTime } from '../../../src/usecases/cron/cron-times.ts';

function next(schedule: string, after: string, zone = 'Europe/Berlin', count = 3): string[] {
  const times: string[] = [];
  let at = new Date(after);
  for (let left = count; left > 0; left -= 1) {
    at = nextCronTime({ schedule, zone }, at) ?? at;
    times.push(at.toISOString().slice(0, 16));
  }
  return times;
}

describe('times of a schedule', () => {
  // In Berlin 02:00 to 03:00 does not exist on 2027-03-28, and comes twice on 2027-10-31.
  it.each([
    [
      'come at the end of the hour that is left out',
      '30 2 * * *',
      '2027-03-27T12:00:00Z',
      ['2027-03-28T01:00', '2027-03-29T00:30', '2027-03-30T00:30'],
    ],
    [
      'come once in the hour that comes twice',
      '30 2 * * *',
      '2027-10-30T12:00:00Z',
      ['2027-10-31T00:30', '2027-11-01T01:30', '2027-11-02T01:30'],
    ],
    [
      'keep their hour by the clock on the wall',
      '0 3 * * *',
      '2027-10-30T12:00:00Z',
      ['2027-10-31T02:00', '2027-11-01T02:00', '2027-11-02T02:00'],
    ],
    [
      'of every hour come every hour of real time in spring',
      '0 * * * *',
      '2027-03-28T00:30:00Z',
      ['2027-03-28T01:00', '2027-03-28T02:00', '2027-03-28T03:00'],
    ],
    [
      'of every hour come every hour of real time in autumn',
      '0 * * * *',
      '2027-10-30T23:30:00Z',
      ['2027-10-31T00:00', '2027-10-31T01:00', '2027-10-31T02:00'],
    ],
    [
      'of a step come with each hour that comes twice',
      '*/30 2 * * *',
      '2027-10-30T12:00:00Z',
      ['2027-10-31T00:00', '2027-10-31T00:30', '2027-10-31T01:00'],
    ],
    [
      'of a list of hours come at the end of an hour that is left out',
      '0 2,14 * * *',
      '2027-03-27T12:00:00Z',
      ['2027-03-27T13:00', '2027-03-28T01:00', '2027-03-28T12:00'],
    ],
    [
      'of a list of hours come once in an hour that comes twice',
      '0 2,14 * * *',
      '2027-10-30T13:00:00Z',
      ['2027-10-31T00:00', '2027-10-31T13:00', '2027-11-01T01:00'],
    ],
    [
      'of a list of minutes come once at the end of an hour that is left out',
      '0,30 2 * * *',
      '2027-03-27T12:00:00Z',
      ['2027-03-28T01:00', '2027-03-29T00:00', '2027-03-29T00:30'],
    ],
    [
      'of a step are left out with their hour',
      '*/30 2 * * *',
      '2027-03-27T12:00:00Z',
      ['2027-03-29T00:00', '2027-03-29T00:30', '2027-03-30T00:00'],
    ],
  ])('%s: %s', (_what, schedule, after, times) => {
    expect(next(schedule, after)).toEqual(times);
  });

  // In Cairo 00:00 to 01:00 does not exist on 2027-04-30; on Lord Howe Island the clocks change by half an hour.
  it.each([
    ['0 0 * * *', 'Africa/Cairo', '2027-04-28T12:00:00Z', ['2027-04-28T22:00', '2027-04-29T22:00', '2027-04-30T21:00']],
    ['0 0 * * 5', 'Africa/Cairo', '2027-04-28T12:00:00Z', ['2027-04-29T22:00', '2027-05-06T21:00', '2027-05-13T21:00']],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2027-10-01T12:00:00Z',
      ['2027-10-01T15:45', '2027-10-02T15:30', '2027-10-03T15:15'],
    ],
    [
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2027-04-02T12:00:00Z',
      ['2027-04-02T14:45', '2027-04-03T14:45', '2027-04-04T15:15'],
    ],
  ])('%s in %s keep their day where midnight is left out or half an hour moves', (schedule, zone, after, times) => {
    expect(next(schedule, after, zone)).toEqual(times);
  });

  it('of a day and a weekday come on either, on Sunday as 0 and 7, and on a 29th of February in leap years', () => {
    expect(next('0 0 13 * 5', '2027-01-08T12:00:00Z', 'UTC')).toEqual([
      '2027-01-13T00:00',
      '2027-01-15T00:00',
      '2027-01-22T00:00',
    ]);
    for (const sunday of ['0', '7', 'sun']) {
      expect(next(`0 0 * * ${sunday}`, '2027-01-01T00:00:00Z', 'UTC', 1)).toEqual(['2027-01-03T00:00']);
    }
    expect(next('0 0 29 2 *', '2027-01-01T00:00:00Z', 'UTC', 1)).toEqual(['2028-02-29T00:00']);
  });

  it('of every minute are as many as minutes pass, while the clocks are set back and forward', () => {
    const every = { schedule: '* * * * *', zone: 'Europe/Oslo' };
    const between = (since: string, now: string) => dueTimes(every, new Date(since), new Date(now))?.count;
    expect(between('2027-10-30T23:30:00Z', '2027-10-31T01:30:00Z')).toBe(120);
    expect(between('2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z')).toBe(60);
  });

  it('are those of their zone', () => {
    expect(next('0 3 * * *', '2027-01-01T00:00:00Z', 'UTC', 1)).toEqual(['2027-01-01T03:00']);
    expect(next('0 3 * * *', '2027-01-01T00:00:00Z', 'Asia/Kolkata', 1)).toEqual(['2027-01-01T21:30']);
  });

  it('that are due are counted, the last one named, and those of more than a day left out', () => {
    const every = { schedule: '*/15 * * * *', zone: 'UTC' };
    const now = new Date('2027-01-02T12:00:30Z');
    expect(dueTimes(every, new Date('2027-01-02T11:59:59Z'), now)).toEqual({
      latest: new Date('2027-01-02T12:00:00Z'),
      count: 1,
    });
    expect(dueTimes(every, new Date('2027-01-02T12:00:00Z'), now)).toBeUndefined();
    expect(dueTimes(every, new Date('2027-01-02T11:00:00Z'), now)?.count).toBe(4);
    expect(dueTimes(every, new Date('2026-01-01T00:00:00Z'), now)?.count).toBe(96);
  });
});
