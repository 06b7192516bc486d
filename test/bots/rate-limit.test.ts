import { describe, expect, it } from '@jest/globals';
import { createRateLimit } from '../../src/bots/rate-limit.ts';

describe('turns', () => {
  it('are taken at once up to the burst, then wait, first come first served', async () => {
    const turns = createRateLimit({ burst: 2, perMinute: 600 });
    const order: number[] = [];
    const started = performance.now();
    const waited = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const had = await turns.take();
        order.push(number);
        return had;
      }),
    );
    expect(order).toEqual([1, 2, 3, 4]);
    expect(waited).toEqual([false, false, true, true]);
    expect(performance.now() - started).toBeGreaterThan(150);
  });

  it('wait as long as the platform says', async () => {
    const turns = createRateLimit({ burst: 5, perMinute: 600 });
    turns.pause(200);
    const started = performance.now();
    expect(await turns.take()).toBe(true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(195);
  });

  it('that are given up take nothing from those behind them', async () => {
    const turns = createRateLimit({ burst: 1, perMinute: 600 });
    turns.pause(100);
    const leaving = new AbortController();
    const gone = turns.take(leaving.signal);
    const next = turns.take();
    leaving.abort(new Error('Shipmate stops'));
    await expect(gone).rejects.toThrow('stops');
    expect(await next).toBe(true);
  });
});
