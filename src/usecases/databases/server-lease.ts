import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Lease } from '../../database/lease.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { waitForLease } from '../wait-for-lease.ts';
import { databaseName } from './find-database.ts';

/** Waits for the lease that serialises starts and stops of a database's server, on request or for a snapshot. */
export async function holdServer(deps: Deps, databaseId: string, signal: AbortSignal): Promise<Lease> {
  return waitForLease(deps, `database:${databaseId}`, signal);
}

/** @throws {ConflictError} while the server is stopped for a backup or restore of its files, which may take long. */
export async function requireNotAway(em: EntityManager, database: ManagedDatabase): Promise<void> {
  const { rows } = await executeSql<{ what: string }>(
    em,
    `select what from (
       select 'backup' as what, database_id, status, metadata from backups
       union all select 'restore', database_id, status, metadata from restores
     ) works where database_id = $1 and status = 'running' and metadata ->> 'stopped_replicas' is not null`,
    [database.id],
  );
  const [away] = rows;
  if (!away) return;
  const name = databaseName(database);
  throw new ConflictError(
    `\`${name}\` is stopped for a ${away.what} of its files and will start again afterwards. ` +
      `\`db backups ${name}\` shows its progress; try again when it is done.`,
  );
}
