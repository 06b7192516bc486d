import { describe, expect, it } from '@jest/globals';
import { digestTimes, nextDigest, parseDigest } from '../../../src/usecases/notifications/digest-schedule.ts';

const berlin = { digest: 'daily@09:00', zone: 'Europe/Berlin' };
const iso = (date: Date) => date.toISOString();

describe('when digests are sent', () => {
  it.each([
    ['daily', 'daily@09:00'],
    ['daily@8:30', 'daily@08:30'],
    ['weekly', 'weekly@mon@09:00'],
    ['weekly@fri', 'weekly@fri@09:00'],
    ['weekly@17:05', 'weekly@mon@17:05'],
    ['Weekly@Friday@16:00', 'weekly@fri@16:00'],
  ])('%s is kept as %s', (text, kept) => {
    expect(parseDigest(text)).toBe(kept);
  });

  it.each([
    'hourly',
    'daily@25:00',
    'daily@mon',
    'weekly@mon@tue',
    'weekly@9',
    'daily@09:00@10:00',
    'weekly@a@b@c',
    '',
  ])('`%s` says nothing', (text) => {
    expect(() => parseDigest(text)).toThrow('is not a digest schedule. Examples: `daily`');
  });

  it.each([
    ['in winter', '2026-01-10T00:00:00Z', '2026-01-10T08:00:00.000Z'],
    ['in summer', '2026-07-10T00:00:00Z', '2026-07-10T07:00:00.000Z'],
    ['on the day that summer time begins', '2026-03-28T20:00:00Z', '2026-03-29T07:00:00.000Z'],
    ['on the day that summer time ends', '2026-10-24T20:00:00Z', '2026-10-25T08:00:00.000Z'],
    ['right at one: the next', '2026-01-10T08:00:00Z', '2026-01-11T08:00:00.000Z'],
  ])('is by the clock of the zone %s', (_when, now, next) => {
    expect(iso(nextDigest(berlin, new Date(now)))).toBe(next);
  });

  it('comes once a day at an hour that the clock skips or has twice', () => {
    const night = { digest: 'daily@02:30', zone: 'Europe/Berlin' };
    const days = (from: string) => {
      const found = [];
      for (let at = new Date(from); found.length < 3; found.push(iso(at))) at = nextDigest(night, at);
      return found;
    };
    expect(days('2026-03-28T00:00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(days('2026-10-24T00:00:00Z')).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('looks back on the same times as it looked forward to, over a year of changing clocks', () => {
    for (const digest of ['daily@02:30', 'weekly@sun@02:30', 'daily@23:59']) {
      const times = { digest, zone: 'Europe/Berlin' };
      const forward: string[] = [];
      let at = new Date('2026-01-01T12:00:00Z');
      while (at < new Date('2027-01-01T00:00:00Z')) forward.push(iso((at = nextDigest(times, at))));
      expect(digestTimes(times, forward.length, at).map(iso)).toEqual(forward);
    }
  });

  it('knows the times before, the one that is right now included', () => {
    const weekly = { digest: 'weekly@mon@09:00', zone: 'Europe/Berlin' };
    expect(digestTimes(weekly, 3, new Date('2026-03-30T07:00:00Z')).map(iso)).toEqual([
      '2026-03-16T08:00:00.000Z',
      '2026-03-23T08:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
  });
});
