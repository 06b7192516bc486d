import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';
import { notifyBackupFailed } from './notify-backup.ts';

/** Notifies why a database cannot be restored to each moment. */
export async function tellOfLog(
  { access: { database }, deps }: { access: DatabaseAccess; deps: Deps },
  reason: string,
): Promise<void> {
  const fact = { kind: 'backup-failed', database: databaseName(database), type: 'base', reason } as const;
  await deps.database.asSystem().transactional((em) => notifyBackupFailed(em, database, fact));
}
