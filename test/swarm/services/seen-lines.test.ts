import { describe, expect, it } from '@jest/globals';
import { createSeenLines } from '../../../src/swarm/services/seen-lines.ts';

/** Of 12:00, with nanoseconds. */
function time(seconds: number, nanoseconds = 0): string {
  return `2026-11-28T12:00:${String(seconds).padStart(2, '0')}.${String(nanoseconds).padStart(9, '0')}Z`;
}

describe('the lines of a log that is opened again', () => {
  it('are read again for a moment, as tasks are not in step, and none is new twice', () => {
    const seen = createSeenLines();
    expect(seen.from()).toBeUndefined();
    expect([seen.add(time(5), 'a'), seen.add(time(7), 'b')]).toEqual([true, true]);
    expect(seen.from()).toEqual(new Date(time(5)));
    // Of another task, printed between the two, and sent late.
    expect([seen.add(time(5), 'a'), seen.add(time(6), 'late'), seen.add(time(7), 'b')]).toEqual([false, true, false]);
    expect(seen.add(time(7), 'the rest of a line of a terminal')).toBe(true);
  });

  it('begin after the last one that was read before', () => {
    const seen = createSeenLines(time(5, 2));
    expect(seen.from()).toEqual(new Date(time(3)));
    expect([seen.add(time(5, 1), 'a'), seen.add(time(5, 2), 'b'), seen.add(time(5, 3), 'c')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('are remembered up to a limit, and then rather left out than repeated', () => {
    const seen = createSeenLines();
    for (let at = 0; at < 10_001; at += 1) seen.add(time(1, at), 'x');
    expect([seen.add(time(1, 0), 'x'), seen.add(time(1, 10_000), 'x'), seen.add(time(1, 10_001), 'x')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
