import { setTimeout as delay } from 'node:timers/promises';
import { type EntityManager, executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** Most pages of 8 KiB that one statement looks at: some 1,000 short rows. */
export const batchPages = 16;

/** SQLSTATE of a lock that was waited for in vain. */
const lockNotAvailable = '55P03';
/** Everybody else queues behind whoever waits for a lock, so we give up quickly, and ask again: 2 s in all. */
const lock = { timeout: '50ms', attempts: 20, pauseMs: 50 };

/**
 * Runs `work` in a transaction that nobody waits for: it gives up a lock that it does not get at once, and is begun
 * again. Its end is not flushed to disk: what a crash takes back is retired once more.
 * @throws the database's error when somebody holds the lock for 2 s.
 */
export async function briefTransaction<T>(
  { database }: Pick<Deps, 'database'>,
  work: (em: EntityManager) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return again(signal, () =>
    database.asSystem().transactional(async (em) => {
      await executeSql(em, `set local lock_timeout = '${lock.timeout}'; set local synchronous_commit = off`);
      return work(em);
    }),
  );
}

/** The settings of `briefTransaction` for a statement alone, which has to join it. */
export const brief = `brief as materialized (
  select set_config('lock_timeout', '${lock.timeout}', true), set_config('synchronous_commit', 'off', true)
)`;

/**
 * Like `briefTransaction`, for a statement that begins with `with ${brief}`: its locks last as long as the server works on it,
 * and not until this process, which may be busy, has heard of that and has said that it may commit.
 */
export async function briefStatement<Row>(
  { database }: Pick<Deps, 'database'>,
  text: string,
  values: readonly unknown[],
  signal?: AbortSignal,
): Promise<Row[]> {
  return again(signal, () => database.querySystem<Row>(text, values));
}

async function again<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLocked(error) || attempt === lock.attempts) throw error;
      await delay(lock.pauseMs, undefined, { signal });
    }
  }
}

export function isLocked(error: unknown): boolean {
  return (error as { code?: unknown }).code === lockNotAvailable;
}

/** Selects the expired rows of a table. */
export interface OldRows {
  table: string;
  /** SQL condition on `$1`, the cutoff. */
  condition: string;
  before: Date;
}

export async function countRows(deps: Pick<Deps, 'database'>, { table, condition, before }: OldRows): Promise<number> {
  const sql = `select count(*) as count from ${table} where ${condition}`;
  const { rows } = await executeSql<{ count: string }>(deps.database.asSystem(), sql, [before]);
  return Number(rows[0]?.count ?? 0);
}

/**
 * Deletes them page by page, so that each page is read once however many rows there are; leaves locked rows to the next
 * run. Returns the number of deleted rows.
 */
export async function deleteRows(
  deps: Pick<Deps, 'database'>,
  { table, condition, before }: OldRows,
  signal: AbortSignal,
): Promise<number> {
  const { rows: sizes } = await executeSql<{ pages: string }>(
    deps.database.asSystem(),
    `select pg_relation_size('${table}') / current_setting('block_size')::int as pages`,
  );
  const pages = Number(sizes[0]?.pages ?? 0);
  let deleted = 0;
  for (let page = 0; page < pages; page += batchPages) {
    signal.throwIfAborted();
    const rows = await briefStatement<{ count: string }>(
      deps,
      `with ${brief}, gone as (
         delete from ${table} using brief where ctid = any (array(
           select ctid from ${table}
           where ctid >= '(${page},0)' and ctid < '(${page + batchPages},0)' and ${condition}
           for update skip locked
         )) returning 1
       ) select count(*) as count from gone`,
      [before],
      signal,
    );
    deleted += Number(rows[0]?.count ?? 0);
  }
  return deleted;
}
