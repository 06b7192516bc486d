import { describe, expect, it } from '@jest/globals';
import { inTurns } from './turns.ts';

function suites(waits: boolean, ...seconds: number[]) {
  return seconds.map((each) => ({ path: `${waits ? 'w' : 'c'}${each}`, seconds: each, waits }));
}

function turns(workers: number, waiting: number, ...all: ReturnType<typeof suites>[]): string[] {
  return inTurns(all.flat(), { workers, waiting }).map(({ path }) => path);
}

describe('the turns of suites', () => {
  it('are longest first', () => {
    expect(turns(1, 1, suites(false, 1, 30, 7))).toEqual(['c30', 'c7', 'c1']);
  });

  it('mix suites that wait with suites that compute', () => {
    const order = turns(2, 1, suites(true, 10, 9), suites(false, 6, 5, 4, 3));
    // The second worker has done the first two suites that compute when the first one is free again.
    expect(order).toEqual(['w10', 'c6', 'c5', 'w9', 'c4', 'c3']);
  });

  it('leave no worker idle when only suites of one kind are left', () => {
    expect(turns(4, 2, suites(true, 5, 4, 3, 2), suites(false, 1))).toEqual(['w5', 'w4', 'c1', 'w3', 'w2']);
  });

  it('lose no suite', () => {
    const all = [...suites(true, 8, 7, 6), ...suites(false, 5, 4, 3, 2, 1)];
    expect(new Set(inTurns(all, { workers: 3, waiting: 2 }))).toEqual(new Set(all));
  });
});
