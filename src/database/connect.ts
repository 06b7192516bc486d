import { createHash } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { personRole, systemRole } from '../entities/access.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import { defaultConnections, shareConnections } from '../config-connections.ts';
import type { Database } from './database.ts';
import { executeSql } from './execute-sql.ts';
import { createListeners } from './listener.ts';
import { ormOptions, type PoolOptions } from './orm.ts';
import { ensureRoles, withOwner } from './owner-connection.ts';
import { requireConnections } from './require-connections.ts';
import { createSystemPool } from './system-pool.ts';
import { connectionString } from './database-url.ts';

interface ConnectOptions extends PoolOptions {
  /** Most connections of this Shipmate in all, those of its leases and queue included (default 20). */
  connections?: number;
}

/**
 * Opens a database that has been migrated.
 * @throws {UnavailableError} when the server does not answer.
 * @throws {UserError} when it is too old, lacks TLS, or its account may not become Shipmate's roles or
 *   may not have that many connections.
 */
export async function connectDatabase(databaseUrl: string, options: ConnectOptions = {}): Promise<Database> {
  const { connections, ...ofPool } = options;
  await withOwner(databaseUrl, async (client) => {
    await ensureRoles(client);
    if (connections !== undefined) await requireConnections(client, connections);
  });
  const shares = shareConnections(connections ?? defaultConnections);
  // Not `init`, which loads the migrator and a glob library that are not needed here.
  const orm = new MikroORM(ormOptions(databaseUrl, { poolSize: shares.transactions, ...ofPool }));
  const pool = createSystemPool(databaseUrl, shares.statements);
  const listeners = createListeners(connectionString(databaseUrl));
  return {
    asUser: (userId) => orm.em.fork({ session: { role: personRole, variables: { 'app.user_id': userId } } }),
    asSystem: () => orm.em.fork({ session: { role: systemRole } }),
    async querySystem<Row>(text: string, values: readonly unknown[]) {
      // A named statement, so that each connection plans it once.
      const name = createHash('sha1').update(text).digest('hex');
      const { rows } = await pool.query({ name, text, values: [...values] });
      return rows as Row[];
    },
    attempts: (limit) => createAttemptLimiter(pool, limit),
    async notify(em, channel, payload) {
      await executeSql(em, 'select pg_notify($1, $2)', [channel, payload]);
    },
    listen: (...listener) => listeners.listen(...listener),
    async ping() {
      await orm.em.getConnection().execute('select 1');
    },
    async close() {
      await listeners.close();
      await pool.end();
      await orm.close();
    },
  };
}
