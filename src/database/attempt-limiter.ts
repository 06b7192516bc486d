import { createHash } from 'node:crypto';
import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** How often something may be attempted under one key. */
export interface AttemptLimit {
  /** Keys of one limit say nothing about another's. */
  name: string;
  attempts: number;
  /** From the first attempt on, after which counting begins anew, seconds. */
  windowSeconds: number;
}

/** Counts attempts before they are made, over all Shipmates on the database. */
export interface AttemptLimiter {
  /** Counts one. @returns 0 when it may be made, otherwise in how many milliseconds the next one may. */
  take(key: string): Promise<number>;
  /** One that was counted turned out well. */
  giveBack(key: string): Promise<void>;
  /** Counting begins anew. */
  forget(key: string): Promise<void>;
}

/** A counter in the table that the migrations make. One statement counts, so of many at once no more get through. */
export function createAttemptLimiter(pool: pg.Pool, { name, attempts, windowSeconds }: AttemptLimit): AttemptLimiter {
  const counter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'attempt_counts',
    tableCreated: true,
    // Retention deletes old rows: the library's own timer would hide that it failed.
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: attempts,
    duration: windowSeconds,
  });
  return {
    async take(key) {
      try {
        await counter.consume(hashOf(key));
        return 0;
      } catch (refusal) {
        // What is over the limit is refused with no error; anything else is an outage.
        if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext;
        throw refusal;
      }
    },
    async giveBack(key) {
      await counter.reward(hashOf(key));
    },
    async forget(key) {
      await counter.delete(hashOf(key));
    },
  };
}

/** Keys hold what strangers typed: of any length, with any character, perhaps a password in the wrong place. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
