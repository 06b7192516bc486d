import { describe, expect, it } from '@jest/globals';
import { takeTurns } from '../../../src/usecases/backups/take-turns.ts';

const { signal } = new AbortController();
const never = new Promise<never>(() => undefined);

/** Time that goes on only where it is waited for. */
function clock() {
  let at = 0;
  return { now: () => at, wait: async (ms: number) => void (at += ms) };
}

describe('turns', () => {
  it('are taken a few at once, whoever waits longest first, each at its own pace', async () => {
    const time = clock();
    const taken: string[] = [];
    let now = 0;
    let most = 0;
    await takeTurns(
      {
        atOnce: 2,
        clock: time,
        lasts: { usual: 40_000, most: 40_000 },
        list: async () => ['a', 'b', 'c'],
        async take(id) {
          taken.push(`${id} ${time.now() / 1_000}`);
          most = Math.max(most, (now += 1));
          await Promise.resolve();
          now -= 1;
          return id === 'c' ? 60_000 : 20_000;
        },
      },
      signal,
    );
    expect(most).toBe(2);
    expect(taken.filter((one) => one.startsWith('c'))).toHaveLength(1);
    expect(taken.filter((one) => one.startsWith('a'))).toHaveLength(2);
    expect(taken.slice(0, 3).map(([id]) => id)).toEqual(['a', 'b', 'c']);
  });

  it('go on beside a long one, and end with it', async () => {
    const time = clock();
    let short = 0;
    let end: (ms: number) => void = () => undefined;
    const long = new Promise<number>((resolve) => (end = resolve));
    await takeTurns(
      {
        atOnce: 4,
        clock: time,
        lasts: { usual: 50_000, most: 600_000 },
        list: async () => ['long', 'short'],
        async take(id) {
          if (id === 'long') return long;
          short += 1;
          if (time.now() >= 200_000) end(20_000);
          return 20_000;
        },
      },
      signal,
    );
    expect(short).toBe(11);
  });

  it('begin no more after their longest time', async () => {
    const time = clock();
    let begun = 0;
    const stop = new AbortController();
    const turns = takeTurns(
      {
        atOnce: 2,
        clock: {
          now: time.now,
          async wait(ms) {
            await time.wait(ms);
            if (time.now() > 100_000) stop.abort(new Error('stopped'));
          },
        },
        lasts: { usual: 10_000, most: 60_000 },
        list: async () => ['stuck', 'other'],
        async take(id) {
          if (id === 'stuck') return never;
          begun += 1;
          return 20_000;
        },
      },
      stop.signal,
    );
    await expect(turns).rejects.toThrow('stopped');
    expect(begun).toBe(3);
  });

  it('are over when nobody wants one', async () => {
    await takeTurns(
      {
        atOnce: 1,
        clock: clock(),
        lasts: { usual: Infinity, most: Infinity },
        list: async () => [],
        take: () => never,
      },
      signal,
    );
  });
});
