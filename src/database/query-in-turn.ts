import type pg from 'pg';

const last = new WeakMap<pg.Client, Promise<unknown>>();

/** Asks once everything that was asked before is answered: a connection takes one query at a time. */
export function queryInTurn<T extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult<T>> {
  const asked = (last.get(client) ?? Promise.resolve()).then(() => client.query<T>(text, values));
  last.set(
    client,
    asked.catch(() => undefined),
  );
  return asked;
}
