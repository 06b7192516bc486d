import { type EntityManager, executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** Rows deleted, and locked, per transaction. */
export const batchRows = 1_000;

/** Runs `work` in a transaction that fails rather than waiting long for a lock and blocking others. */
export function briefTransaction<T>(deps: Pick<Deps, 'database'>, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return deps.database.asSystem().transactional(async (em) => {
    await executeSql(em, `set local lock_timeout = '2s'`);
    return work(em);
  });
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

/** Deletes them in batches; leaves locked rows to the next run. Returns the number of deleted rows. */
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
