import { describe, expect, it } from '@jest/globals';
import {
  bareTimeIn,
  formatAgo,
  formatDay,
  formatPlanned,
  formatSecond,
  formatTime,
  splitTimes,
  timesIn,
} from '../../src/units/times.ts';

const winter = new Date('2026-11-30T23:30:45Z');

describe('a time', () => {
  it.each([
    ['UTC', '2026-11-30 23:30 UTC'],
    ['Europe/Berlin', '2026-12-01 00:30 Europe/Berlin'],
  ])('in %s is %s', (zone, text) => {
    expect(formatTime(winter, zone)).toBe(text);
  });

  it('is in UTC unless a zone is given', () => {
    expect(formatTime(winter)).toBe('2026-11-30 23:30 UTC');
  });
});

describe('a time that was planned in a zone', () => {
  it('is told in UTC, and there', () => {
    expect(formatPlanned(winter, 'Europe/Berlin')).toBe('2026-11-30 23:30 UTC (2026-12-01 00:30 Europe/Berlin)');
    expect(formatPlanned(winter, 'UTC')).toBe('2026-11-30 23:30 UTC');
  });
});

describe('what is rewritten for a reader in Berlin', () => {
  it.each([
    ['Expires at 2026-11-30 08:00 UTC.', 'Expires at 2026-11-30 09:00 Europe/Berlin.'],
    ['in summer: 2026-07-01 23:30 UTC', 'in summer: 2026-07-02 01:30 Europe/Berlin'],
    [
      '2026-10-25 01:30 UTC, after the clock was set back',
      '2026-10-25 02:30 Europe/Berlin, after the clock was set back',
    ],
    ['at 2026-11-30 07:00 UTC (2026-11-30 08:00 Europe/Berlin).', 'at 2026-11-30 08:00 Europe/Berlin.'],
    [
      'at 2026-11-30 07:00 UTC (2026-11-30 02:00 America/New_York).',
      'at 2026-11-30 08:00 Europe/Berlin (2026-11-30 02:00 America/New_York).',
    ],
    ['UTC', 'UTC'],
  ])('%s', (text, expected) => {
    expect(timesIn(text, 'Europe/Berlin')).toBe(expected);
  });

  it.each([
    [formatSecond(winter), '2026-12-01 00:30:45'],
    ['2026-11-30 08:00', '2026-11-30 09:00'],
    ['on demand', 'on demand'],
    ['2026-13-45 08:00', '2026-13-45 08:00'],
  ])('a cell of a column in UTC: %s', (cell, expected) => {
    expect(bareTimeIn(cell, 'Europe/Berlin')).toBe(expected);
  });
});

describe('a day', () => {
  it('is one by UTC', () => {
    expect(formatDay(winter)).toBe('2026-11-30');
  });
});

describe('a time that has passed', () => {
  it('is told by its largest unit', () => {
    expect(formatAgo(winter, new Date('2026-12-01T02:29:00Z'))).toBe('2 h ago');
  });
});

describe('the times in a text', () => {
  it.each<[string, (string | [string, string])[]]>([
    ['Expires at 2026-11-30 08:00 UTC.', ['Expires at ', ['2026-11-30T08:00:00.000Z', '2026-11-30 08:00 UTC'], '.']],
    ['at 2026-11-30 08:00 Europe/Berlin', ['at 2026-11-30 08:00 Europe/Berlin']],
    ['2026-13-45 08:00 UTC', ['2026-13-45 08:00 UTC']],
    ['2026-11-30 08:00 UTC+2', ['2026-11-30 08:00 UTC+2']],
    ['', []],
  ])('are told from the rest: %s', (text, parts) => {
    const found = splitTimes(text).map((part) =>
      typeof part === 'string' ? part : [part.at.toISOString(), part.text],
    );
    expect(found).toEqual(parts);
  });
});
