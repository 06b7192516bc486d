import { describe, expect, it } from '@jest/globals';
import { pointInTime } from '../../../src/database-engines/postgresql/point-in-time.ts';
import { Backup } from '../../../src/entities/backup.ts';
import { planBases } from '../../../src/usecases/backups/plan-rotation.ts';
import { readMoment } from '../../../src/usecases/backups/read-moment.ts';
import { baseFor, stretches } from '../../../src/usecases/databases/recoverable.ts';

const zone = 'Europe/Berlin';

describe('a moment', () => {
  it.each([
    ['2026-11-28 10:05', '2026-11-28T09:05:00.000Z'],
    ['2026-11-28 10:05:30', '2026-11-28T09:05:30.000Z'],
    ['2026-07-01 10:05', '2026-07-01T08:05:00.000Z'],
    ['2026-11-28T10:05:00Z', '2026-11-28T10:05:00.000Z'],
    ['2026-11-28 10:05 UTC', '2026-11-28T10:05:00.000Z'],
    ['2026-11-28 10:05 America/New_York', '2026-11-28T15:05:00.000Z'],
    // The first of the two when clocks go back.
    ['2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
  ])('is %s in the zone of the person or the one that it names', (text, at) => {
    expect(readMoment(text, zone).at.toISOString()).toBe(at);
  });

  it.each(['yesterday', '10:05', '2026-11-28', '2026-02-30 10:05', '2026-11-28 25:00', '28.11.2026 10:05', ''])(
    'is not %j',
    (text) => {
      expect(() => readMoment(text, zone)).toThrow(/is not (a moment|on the calendar)/);
    },
  );
});

const time = (clock: string) => `2026-11-28T${clock}:00.000Z`;

function base(id: string, since: string, until: string): Backup {
  const log = { system: '1', archived: '0/0', since: time(since), until: time(until) };
  return Object.assign(Object.create(Backup.prototype) as Backup, { id, metadata: { log } });
}

describe('what can be restored', () => {
  const bases = [base('a', '01:00', '02:00'), base('b', '01:59', '03:00'), base('c', '05:00', '06:00')];
  const at = (clock: string) => new Date(time(clock));

  it('is stretches of time, with gaps between them', () => {
    expect(stretches(bases)).toEqual([
      { since: at('01:00'), until: at('03:00') },
      { since: at('05:00'), until: at('06:00') },
    ]);
  });

  it('begins with the newest base backup before the moment', () => {
    const asked = { name: 'shop/main', zone };
    expect(['01:30', '01:59', '02:30', '06:00'].map((clock) => baseFor(bases, at(clock), asked).id)).toEqual([
      'a',
      'b',
      'b',
      'c',
    ]);
    expect(() => baseFor(bases, at('04:00'), asked)).toThrow(
      '`shop/main` cannot be restored to 2026-11-28 05:00 Europe/Berlin. What can be restored: ' +
        'from 2026-11-28 02:00 Europe/Berlin to 2026-11-28 04:00 Europe/Berlin, ' +
        'from 2026-11-28 06:00 Europe/Berlin to 2026-11-28 07:00 Europe/Berlin.',
    );
    expect(() => baseFor([], at('04:00'), asked)).toThrow('`db set shop/main --config pitr=on` archives its log');
  });

  it('goes with its base backup once a younger one is seven days old', () => {
    const now = new Date('2026-11-28T00:00:00Z');
    const aged = (days: number) => ({ id: `${days}`, createdAt: new Date(now.getTime() - days * 24 * 3_600_000) });
    expect(planBases([6, 7, 8, 9, 0, 3].map(aged), now)).toEqual(['8', '9']);
    expect(planBases([aged(40)], now)).toEqual([]);
  });
});

describe('positions in a log', () => {
  it('are compared as numbers, and nothing else is one', () => {
    expect(pointInTime.isBefore('0/FFFFFFFF', '1/0')).toBe(true);
    expect(pointInTime.isBefore('A/0', '9/FFFFFFFF')).toBe(false);
    const login = { host: 'h', user: 'u', password: 'p', database: 'd' };
    expect(() => pointInTime.state(login, { archived: `0/0'; drop table x`, keepFrom: '0/0' })).toThrow(
      'is no position',
    );
  });
});
