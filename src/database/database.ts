import type { EntityManager } from '@mikro-orm/postgresql';
import type { AttemptLimit, AttemptLimiter } from './attempt-limiter.ts';

export { type EntityManager, LockMode, raw, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
export { asSystemWithin } from './as-system-within.ts';
export { databaseNow } from './clock.ts';
export { executeSql } from './execute-sql.ts';
export { databaseAway, isDatabaseAway } from './is-away.ts';
export { databaseFull, isDatabaseFull } from './is-full.ts';
export type { AttemptLimit } from './attempt-limiter.ts';

/**
 * The door to PostgreSQL. There is no entity manager without a context: a person's (row level security
 * shows what that person may see) or the system's (background work, webhooks, identification).
 * Both run as a role that does not own the tables.
 */
export interface Database {
  /** A fresh entity manager whose transactions run as `shipmate_app` with `app.user_id` set. */
  asUser(userId: string): EntityManager;
  /** A fresh entity manager whose transactions run as `shipmate_system`, which every policy lets through. */
  asSystem(): EntityManager;
  /**
   * One statement as the system, outside any transaction, with `$1` placeholders: a single round trip, for
   * latency-critical reads.
   */
  querySystem<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** An attempt counter in the database. */
  attempts(limit: AttemptLimit): AttemptLimiter;
  /** Sends a NOTIFY to every replica on commit; call inside the transaction. */
  notify(em: EntityManager, channel: string, payload: string): Promise<void>;
  /**
   * Calls `listener` for each NOTIFY on `channel`; reconnects automatically. Returns a function that stops it.
   * @param onConnection Called with false when the connection is lost, and with true when it is back; what was sent in
   * between is missing.
   */
  listen(
    channel: string,
    listener: (payload: string) => void,
    onConnection?: (connected: boolean) => void,
  ): Promise<() => Promise<void>>;
  /** @throws when the server does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
