import { describe, expect, it } from '@jest/globals';
import { monitorSecondsOf } from '../../../src/swarm/services/health-check.ts';

describe('monitorSecondsOf', () => {
  it.each([
    [0.5, 2],
    [1, 2],
    [2, 4],
    [2.5, 5],
    [30, 5],
  ])('with a check every %s s tasks are watched for %s s', (intervalSeconds, seconds) => {
    expect(monitorSecondsOf({ intervalSeconds }, 5)).toBe(seconds);
  });

  it('is never longer than what was configured, and all of that without a check', () => {
    expect(monitorSecondsOf({ intervalSeconds: 1 }, 1)).toBe(1);
    expect(monitorSecondsOf({ intervalSeconds: 10 }, 60)).toBe(20);
    expect(monitorSecondsOf(undefined, 5)).toBe(5);
  });
});
