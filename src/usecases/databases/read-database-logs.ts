import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import type { LogOptions, ServiceLog } from '../../swarm/services/log-options.ts';
import { redactLog } from '../applications/redact-log.ts';
import type { Deps } from '../deps.ts';
import { loadServer } from './database-server.ts';
import { databaseName } from './find-database.ts';
import { readDatabase } from './read-databases.ts';

/** What its server printed last, without its passwords. */
export async function readDatabaseLogs(
  deps: Deps,
  user: User,
  name: string,
  options: LogOptions,
): Promise<{ database: ManagedDatabase } & ServiceLog> {
  const { database, host } = await readDatabase(deps, user, name);
  if (!(await deps.swarm.inspect(host))) {
    const full = databaseName(database);
    throw new ConflictError(`\`${full}\` has no service, so it has no logs. See \`db show ${full}\` for the reason.`);
  }
  const { server } = await loadServer(deps, deps.database.asSystem(), database);
  const { lines, missing } = await deps.swarm.logs(host, options);
  return { database, lines: await redactLog([server.account.password, server.administrator.password], lines), missing };
}
