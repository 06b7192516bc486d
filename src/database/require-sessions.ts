import pg from 'pg';
import { UserError } from '../errors.ts';
import { serverName } from './database-url.ts';

/** Rounds of questions on two connections; a pooler hands its newest free server connection to whoever asks next. */
const rounds = 3;

/**
 * Leases are session-level locks and LISTEN belongs to a session. A pooler in transaction mode (PgBouncer's
 * `pool_mode = transaction`, Supabase's port 6543) gives the same session to several Shipmates in turn: each would
 * believe that it holds the lease, and hear nothing.
 * @param client Of the login account, outside a transaction.
 * @param connect Opens another one like it.
 * @throws {UserError} when one session serves two connections, or one connection is served by two sessions.
 */
export async function requireSessions(
  client: pg.Client,
  databaseUrl: string,
  connect: () => Promise<pg.Client>,
): Promise<void> {
  const session = await sessionOf(client);
  // PostgreSQL itself names the session when it accepts the connection; a pooler names a number of its own.
  if ((client as { processID?: number | null }).processID === session) return;
  const other = await connect();
  try {
    const own = new Set([session]);
    const others = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      others.add(await sessionOf(other));
      own.add(await sessionOf(client));
    }
    if (own.size === 1 && others.size === 1 && !others.has(session)) return;
  } finally {
    await other.end();
  }
  throw new UserError(
    `DATABASE_URL reaches PostgreSQL at ${serverName(databaseUrl)} through a pooler that shares sessions between ` +
      'connections (PgBouncer’s `pool_mode = transaction`). Shipmate needs sessions of its own for leases and LISTEN. ' +
      'Use the address of PostgreSQL itself, or of a pool with `pool_mode = session`.',
  );
}

async function sessionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}
