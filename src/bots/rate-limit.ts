import { setTimeout as delay } from 'node:timers/promises';
import { TokenBucket } from 'limiter';
import { createSerialQueue } from '../serial-queue.ts';

export interface Rate {
  /** How many may be sent at once after a pause. */
  burst: number;
  perMinute: number;
}

export interface RateLimit {
  /**
   * Waits until the next request may be sent, first come first served. Resolves to whether it had to wait.
   * @throws {Error} when the signal aborts meanwhile.
   */
  take(signal?: AbortSignal): Promise<boolean>;
  /** Nothing is sent for so long, because the platform said so; milliseconds. */
  pause(ms: number): void;
}

/** RateLimit at a rate: never more than `burst + perMinute` within a minute. */
export function createRateLimit({ burst, perMinute }: Rate): RateLimit {
  const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perMinute, interval: 'minute' });
  bucket.content = burst;
  const queue = createSerialQueue();
  let pausedUntil = 0;

  async function waitForTurn(signal: AbortSignal | undefined): Promise<boolean> {
    let waited = false;
    for (;;) {
      signal?.throwIfAborted();
      const wait = Math.max(pausedUntil - performance.now(), bucket.getWaitTime(1));
      if (wait <= 0 && bucket.tryRemoveTokens(1)) return waited;
      waited = true;
      await delay(Math.max(1, Math.ceil(wait)), undefined, signal && { signal });
    }
  }

  return {
    async take(signal) {
      const asked = performance.now();
      const waited = await queue.run(() => waitForTurn(signal));
      return waited || performance.now() - asked > 50;
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms);
    },
  };
}
