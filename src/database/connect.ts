import { createHash } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { personRole, systemRole } from '../entities/access.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import type { Database } from './database.ts';
import { executeSql } from './execute-sql.ts';
import { createListeners } from './listener.ts';
import { ormOptions, type PoolOptions } from './orm.ts';
import { ensureRoles, withOwner } from './owner-connection.ts';
import { createSystemPool } from './system-pool.ts';
import { connectionString } from './database-url.ts';

const systemPoolSize = 4;

/**
 * Opens a database that has been migrated.
 * @throws {UnavailableError} when the server does not answer.
 * @throws {UserError} when it is too old, lacks TLS, or its account may not become Shipmate's roles.
 */
export async function connectDatabase(databaseUrl: string, options: PoolOptions = {}): Promise<Database> {
  await withOwner(databaseUrl, ensureRoles);
  // Not `init`, which loads the migrator and a glob library that are not needed here.
  const orm = new MikroORM(ormOptions(databaseUrl, options));
  const pool = createSystemPool(databaseUrl, systemPoolSize);
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
