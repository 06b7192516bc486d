import { describe, expect, it } from '@jest/globals';
import { parseQuiet, quietUntil } from '../../../src/usecases/notifications/quiet-hours.ts';

const night = { quiet: '22:00-07:00', zone: 'Europe/Berlin' };

describe('quiet hours', () => {
  it.each([
    ['before midnight', '2026-11-24T21:30:00Z', '2026-11-25T06:00:00.000Z'],
    ['after midnight', '2026-11-25T05:59:30Z', '2026-11-25T06:00:00.000Z'],
    ['from their first minute', '2026-11-24T21:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['in the night that summer time ends', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['in the night that summer time begins', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
  ])('last %s until the clock of the zone says so', (_when, now, until) => {
    expect(quietUntil(night, new Date(now))?.toISOString()).toBe(until);
  });

  it.each(['2026-11-24T20:59:00Z', '2026-11-25T06:00:00Z', '2026-11-25T12:00:00Z'])('are over at %s', (now) => {
    expect(quietUntil(night, new Date(now))).toBeUndefined();
  });

  it('within a day end on that day', () => {
    const lunch = { quiet: '12:00-13:00', zone: 'UTC' };
    expect(quietUntil(lunch, new Date('2026-11-24T12:30:00Z'))?.toISOString()).toBe('2026-11-24T13:00:00.000Z');
    expect(quietUntil(lunch, new Date('2026-11-24T13:00:00Z'))).toBeUndefined();
  });

  it('are never on without any', () => {
    expect(quietUntil({ quiet: null, zone: 'UTC' }, new Date())).toBeUndefined();
  });

  it('are written with two times of the day', () => {
    expect(parseQuiet('22:00-7:00')).toBe('22:00-07:00');
    for (const wrong of ['22-7', '24:00-07:00', '22:60-07:00', '07:00-07:00', 'night']) {
      expect(() => parseQuiet(wrong)).toThrow('is not a quiet-hours range. Write it as `22:00-07:00`.');
    }
  });
});
