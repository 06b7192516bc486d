import type pg from 'pg';
import { createSerialQueue, type SerialQueue } from '../serial-queue.ts';

const queues = new WeakMap<pg.Client, SerialQueue>();

/** Runs a query after all previous ones, since a connection takes one query at a time. */
export function queryInTurn<T extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult<T>> {
  const queue = queues.get(client) ?? createSerialQueue();
  queues.set(client, queue);
  return queue.run(() => client.query<T>(text, values));
}
