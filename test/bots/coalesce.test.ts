import { afterEach, describe, expect, it } from '@jest/globals';
import { type Coalesced, coalesce } from '../../src/bots/coalesce.ts';

const intervalMs = 40;

let coalesced: Coalesced | undefined;

afterEach(() => coalesced?.stop());

/** Work whose runs end when they are told to. */
function heldWork() {
  const runs: PromiseWithResolvers<void>[] = [];
  let began = Promise.withResolvers<void>();
  return {
    runs,
    work(): Promise<void> {
      const run = Promise.withResolvers<void>();
      runs.push(run);
      began.resolve();
      return run.promise;
    },
    /** Resolves when the run with this number (1-based) has begun. */
    async begins(count: number): Promise<void> {
      while (runs.length < count) {
        await began.promise;
        began = Promise.withResolvers();
      }
    },
  };
}

function unexpected(error: unknown): never {
  throw error;
}

describe('coalesce', () => {
  it('never runs twice at once, and once more for all that was requested meanwhile', async () => {
    const { work, runs, begins } = heldWork();
    coalesced = coalesce(work, 0, unexpected);
    coalesced.request();
    await begins(1);
    for (let more = 0; more < 5; more += 1) coalesced.request();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await begins(2);
    runs[1]?.resolve();
    await coalesced.stop();
    expect(runs).toHaveLength(2);
  });

  it('keeps the interval between runs', async () => {
    const starts: number[] = [];
    const third = Promise.withResolvers<void>();
    const runs = coalesce(
      async () => {
        starts.push(performance.now());
        if (starts.length < 3) runs.request();
        else third.resolve();
      },
      intervalMs,
      unexpected,
    );
    coalesced = runs;
    const requested = performance.now();
    runs.request();
    await third.promise;
    const sinceRequest = (starts[2] ?? 0) - requested;
    // Timers may fire a millisecond early. A busy machine makes a start late, and the pause after it seem shorter.
    expect(sinceRequest).toBeGreaterThanOrEqual(2 * (intervalMs - 1.5));
  });

  it('reports a run that throws, and tries again', async () => {
    const reported: unknown[] = [];
    const done = Promise.withResolvers<void>();
    let tries = 0;
    coalesced = coalesce(
      async () => {
        tries += 1;
        if (tries < 3) throw new Error(`try ${tries}`);
        done.resolve();
      },
      0,
      (error) => reported.push(error),
      { firstRetryMs: 5 },
    );
    coalesced.request();
    await done.promise;
    expect(reported).toEqual([new Error('try 1'), new Error('try 2')]);
  });

  it('stops when what runs has ended, and drops what waits', async () => {
    const { work, runs, begins } = heldWork();
    coalesced = coalesce(work, 0, unexpected);
    coalesced.request();
    await begins(1);
    coalesced.request();
    let stopped = false;
    const stop = coalesced.stop().then(() => (stopped = true));
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    runs[0]?.resolve();
    await stop;
    coalesced.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(runs).toHaveLength(1);
  });
});
