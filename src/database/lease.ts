import pg from 'pg';
import { keepAlive } from './keep-alive.ts';
import type { LeaseLosses } from './lease-losses.ts';
import { queryInTurn } from './query-in-turn.ts';
import { openSession } from './session.ts';

/** A claim that ends with the process that made it. */
export interface Lease {
  /** Aborts when the claim may have been lost: the connection that holds it broke. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/** Claims on names across every Shipmate that shares the database. */
export interface Leases {
  /** Undefined when somebody, this process included, holds it. */
  tryAcquire(name: string): Promise<Lease | undefined>;
  isHeld(name: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Leases as session-level advisory locks on one connection of their own: PostgreSQL lets go of them the
 * moment the process dies, with no time-out to wait for.
 * @param losses Hears of those that were lost with the connection, not of those that `close` ends.
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export function advisoryLeases(databaseUrl: string, losses?: LeaseLosses): Leases {
  const held = new Map<string, { lost: AbortController; acquired: boolean }>();
  let connection: Promise<pg.Client> | undefined;

  /** Closes it, in case only a query failed: as long as it lives it holds on to the locks. */
  async function drop(lost: Promise<pg.Client>): Promise<void> {
    if (connection !== lost) return;
    connection = undefined;
    for (const lease of held.values()) lease.lost.abort(new Error('the connection that holds the lease broke'));
    held.clear();
    await lost.then((client) => client.end()).catch(() => undefined);
  }

  function lose(lost: Promise<pg.Client>, why: unknown): void {
    if (connection !== lost) return;
    for (const [name, { acquired }] of held) if (acquired) losses?.add(name, why);
    void drop(lost);
  }

  function open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'shipmate-lease',
      ...keepAlive,
    });
    const opened = openSession(client);
    client.on('error', (error) => lose(opened, error));
    client.on('end', () => lose(opened, new Error('the server closed the connection')));
    return opened;
  }

  async function query<T extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<T[]> {
    const used = (connection ??= open());
    try {
      const { rows } = await queryInTurn<T>(await used, text, values);
      return rows;
    } catch (error) {
      lose(used, error);
      throw error;
    }
  }

  return {
    async tryAcquire(name) {
      if (held.has(name)) return undefined;
      const lost = new AbortController();
      const claim = { lost, acquired: false };
      held.set(name, claim);
      const [row] = await query<{ ok: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as ok', [name]);
      if (!row?.ok) {
        if (held.get(name) === claim) held.delete(name);
        return undefined;
      }
      claim.acquired = true;
      return {
        lost: lost.signal,
        async release() {
          // One that was lost may have been acquired anew.
          if (held.get(name) !== claim) return;
          held.delete(name);
          await query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
        },
      };
    },
    async isHeld(name) {
      const [row] = await query<{ held: boolean }>(
        `select exists (
           select from pg_locks
           where locktype = 'advisory' and objsubid = 1 and granted
             and database = (select oid from pg_database where datname = current_database())
             and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)
         ) as held`,
        [name],
      );
      return row?.held === true;
    },
    async close() {
      if (connection) await drop(connection);
    },
  };
}
