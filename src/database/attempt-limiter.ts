import { createHash } from 'node:crypto';
import type pg from 'pg';
import { onUse } from '../on-use.ts';

/** Limit of attempts per key. */
export interface AttemptLimit {
  /** Namespace of its keys. */
  name: string;
  attempts: number;
  /** Length of the window, which starts with the first attempt, seconds. */
  windowSeconds: number;
}

/** Counts attempts before they are made, across all replicas on the database. */
export interface AttemptLimiter {
  /** Counts an attempt. @returns 0 when it is allowed, otherwise the milliseconds until the next one is. */
  take(key: string): Promise<number>;
  /** Uncounts an attempt that succeeded. */
  giveBack(key: string): Promise<void>;
  /** Resets the count. */
  forget(key: string): Promise<void>;
}

/** A counter in a table of the migrations. Counting is a single statement, so concurrent attempts cannot exceed it. */
export function createAttemptLimiter(pool: pg.Pool, { name, attempts, windowSeconds }: AttemptLimit): AttemptLimiter {
  const opened = onUse(async () => {
    const { RateLimiterPostgres, RateLimiterRes } = await import('rate-limiter-flexible');
    const counter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'attempt_counts',
      tableCreated: true,
      // Retention deletes old rows; failures of the library's own timer would go unnoticed.
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: attempts,
      duration: windowSeconds,
    });
    return { counter, Refusal: RateLimiterRes };
  });
  return {
    async take(key) {
      const { counter, Refusal } = await opened();
      try {
        await counter.consume(hashOf(key));
        return 0;
      } catch (refusal) {
        // The library rejects with its `RateLimiterRes` when over the limit; anything else is an outage.
        if (refusal instanceof Refusal) return refusal.msBeforeNext;
        throw refusal;
      }
    },
    async giveBack(key) {
      const { counter } = await opened();
      await counter.reward(hashOf(key));
    },
    async forget(key) {
      const { counter } = await opened();
      await counter.delete(hashOf(key));
    },
  };
}

/** Hashed, since keys contain strangers' input of any length and characters, even mistyped passwords. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
