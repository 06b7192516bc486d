import { describe, expect, it } from '@jest/globals';
import { backupSchedule, backupTimes, dueBackup, dueDrill } from '../../../src/usecases/databases/backup-times.ts';

const id = '7b0f5a52-43c5-4d8b-93bd-0f6cbb2b4b0e';
const at = (text: string) => new Date(`2026-11-${text}Z`);
const database = (config: Record<string, unknown>) => ({ id, config, createdAt: at('20T00:00:00') });
const nightly = database({ backup: '0 3 * * *' });

describe('dueBackup', () => {
  it('is due once a night, and made up for after a night in which nobody was there', () => {
    expect(dueBackup(nightly, at('26T03:00:10'), at('27T02:59:00'))).toBeUndefined();
    expect(dueBackup(nightly, at('26T03:00:10'), at('27T03:00:00'))).toBeDefined();
    expect(dueBackup(nightly, at('24T03:00:10'), at('27T17:00:00'))).toBeDefined();
    expect(dueBackup(nightly, at('27T17:00:00'), at('27T18:00:00'))).toBeUndefined();
  });

  it('is full on one day of the week', () => {
    const types = Array.from({ length: 7 }, (_, day) =>
      dueBackup(nightly, at(`${12 + day}T03:00:10`), at(`${13 + day}T03:00:00`)),
    );
    expect(types.filter((type) => type === 'full')).toHaveLength(1);
    expect(types.filter((type) => type === 'incremental')).toHaveLength(6);
  });

  it('is never due when it is off, and at a time of its own when nothing is said', () => {
    expect(dueBackup(database({ backup: 'off' }), undefined, at('27T03:00:00'))).toBeUndefined();
    expect(backupSchedule(id, {})).toMatch(/^\d+ [0-5] \* \* \*$/);
    expect(backupSchedule(id, {})).not.toBe(backupSchedule('00000000-43c5-4d8b-93bd-0f6cbb2b4b0e', {}));
  });
});

describe('the times of backups', () => {
  it.each(['0 3 * * *', '*/15 0-6 * * MON-FRI', '30 1 1 1,7 *'])('may be %s', (text) => {
    expect(backupTimes.read(text)).toBe(text);
  });

  it.each([
    '2027-01-01T00:00:00',
    '2027-01-01 00:00',
    '@daily',
    '0 0 3 * * *',
    '0 3 * *',
    '0 3 31 2 *',
    '0 25 * * *',
    `0 3 * * ${'1,'.repeat(60)}1`,
  ])('are five parts that come again, not %s', (text) => {
    expect(backupTimes.read(text)).toBeUndefined();
  });

  it('are the default where an earlier version took a date', () => {
    const dated = database({ backup: '2026-11-21T00:00:00' });
    expect(dueBackup(dated, at('22T00:00:00'), at('27T17:00:00'))).toBeDefined();
    expect(dueBackup(dated, at('27T07:00:00'), at('27T17:00:00'))).toBeUndefined();
  });
});

describe('dueDrill', () => {
  it('is due when none ever was, and then once a week', () => {
    expect(dueDrill(id, undefined)).toBe(true);
    const due = Array.from({ length: 14 }, (_, day) =>
      dueDrill(id, at(`${10 + day}T00:00:00`), at(`${11 + day}T00:00:00`)),
    );
    expect(due.filter(Boolean)).toHaveLength(2);
  });
});
