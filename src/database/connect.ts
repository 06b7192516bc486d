import { MikroORM } from '@mikro-orm/postgresql';
import { personRole, systemRole } from '../entities/access.ts';
import type { Database } from './database.ts';
import { executeSql } from './execute-sql.ts';
import { createListeners } from './listener.ts';
import { ormOptions, type PoolSettings } from './orm.ts';
import { ensureRoles, withOwner } from './server.ts';
import { connectionString } from './url.ts';

/**
 * Opens a database that has been migrated.
 * @throws {UnavailableError} when the server does not answer.
 * @throws {UserError} when it is too old, lacks TLS, or its account may not become Shipmate's roles.
 */
export async function connect(databaseUrl: string, settings: PoolSettings = {}): Promise<Database> {
  await withOwner(databaseUrl, ensureRoles);
  const orm = await MikroORM.init(ormOptions(databaseUrl, settings));
  const listeners = createListeners(connectionString(databaseUrl));
  return {
    asUser: (userId) => orm.em.fork({ session: { role: personRole, variables: { 'app.user_id': userId } } }),
    asSystem: () => orm.em.fork({ session: { role: systemRole } }),
    async notify(em, channel, payload) {
      await executeSql(em, 'select pg_notify($1, $2)', [channel, payload]);
    },
    listen: (channel, listener) => listeners.listen(channel, listener),
    async ping() {
      await orm.em.getConnection().execute('select 1');
    },
    async close() {
      await listeners.close();
      await orm.close();
    },
  };
}
