import { type EntityManager, executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** Rows that are locked at once. */
export const batchRows = 1_000;

/** Runs `work` in a transaction that would rather fail than keep others waiting behind it. */
export function briefTransaction<T>(deps: Pick<Deps, 'database'>, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return deps.database.asSystem().transactional(async (em) => {
    await executeSql(em, `set local lock_timeout = '2s'`);
    return work(em);
  });
}

/** Rows of a table that are old enough to go. */
export interface OldRows {
  table: string;
  /** A condition of the row on `$1`, the moment before which it is old. */
  condition: string;
  before: Date;
}

export async function countRows(deps: Pick<Deps, 'database'>, { table, condition, before }: OldRows): Promise<number> {
  const sql = `select count(*) as count from ${table} where ${condition}`;
  const { rows } = await executeSql<{ count: string }>(deps.database.asSystem(), sql, [before]);
  return Number(rows[0]?.count ?? 0);
}

/** Deletes them, batch by batch; those that somebody else holds are left for the next run. Returns how many went. */
export async function deleteRows(
  deps: Pick<Deps, 'database'>,
  { table, condition, before }: OldRows,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await briefTransaction(deps, (em) =>
      executeSql(
        em,
        `delete from ${table} where ctid = any (array(
           select ctid from ${table} where ${condition} limit ${batchRows} for update skip locked
         )) returning 1`,
        [before],
      ),
    );
    deleted += rows.length;
    if (rows.length === 0) return deleted;
  }
}
