import { describe, expect, it } from '@jest/globals';
import { type Kept, planRotation } from '../../../src/usecases/backups/plan-rotation.ts';

const now = new Date('2026-11-27T12:00:00Z');
const day = 24 * 60 * 60_000;

function ago(days: number, over: Partial<Kept> = {}): Kept {
  return {
    id: `d${days}`,
    type: 'incremental',
    createdAt: new Date(now.getTime() - days * day),
    verified: false,
    ...over,
  };
}

/** Ids of what stays. */
function kept(backups: Kept[]): string[] {
  const going = planRotation(backups, now);
  return backups.map(({ id }) => id).filter((id) => !going.includes(id));
}

describe('planRotation', () => {
  it('keeps the newest of seven days and of four weeks', () => {
    // 27 November 2026 is a Friday: weeks begin on the 23rd, 16th, 9th and 2nd.
    expect(kept(Array.from({ length: 60 }, (_, days) => ago(days)))).toEqual([
      'd0',
      'd1',
      'd2',
      'd3',
      'd4',
      'd5',
      'd6',
      'd12',
      'd19',
    ]);
  });

  it('never lets the last good one go, however old it is', () => {
    expect(kept([ago(400)])).toEqual(['d400']);
  });

  it('counts days that have a backup, not days that have passed', () => {
    expect(kept([100, 101, 102, 103, 104, 105, 106].map((days) => ago(days)))).toHaveLength(7);
  });

  it('keeps the newest verified one', () => {
    const backups = Array.from({ length: 60 }, (_, days) => ago(days, { verified: days > 30 }));
    expect(kept(backups)).toContain('d31');
  });

  it('keeps of a week the full one', () => {
    const backups = Array.from({ length: 30 }, (_, days) => ago(days, { type: days === 14 ? 'full' : 'incremental' }));
    expect(kept(backups)).toEqual(expect.arrayContaining(['d14']));
    expect(kept(backups)).not.toContain('d12');
  });

  it('keeps everything of the last 24 hours, and of an older day the last', () => {
    const backups = [0, 0.1, 0.2, 3.1, 3.2].map((days) => ago(days));
    expect(kept(backups)).toEqual(['d0', 'd0.1', 'd0.2', 'd3.1']);
  });

  it('keeps what one that stays is the differences to, and lets differences go first', () => {
    const [base, old] = [ago(50), ago(49, { reference: 'd50' })];
    const kinds = Array.from({ length: 30 }, (_, days) => ago(days));
    expect(kept([...kinds, base, old])).not.toContain('d50');
    expect(kept([...kinds, base, old, ago(0.5, { reference: 'd50' })])).toContain('d50');
    expect(planRotation([...kinds, base, old], now, ['d49'])).not.toContain('d50');
    expect(planRotation([base, old, ...kinds], now).slice(0, 1)).toEqual(['d49']);
  });
});
