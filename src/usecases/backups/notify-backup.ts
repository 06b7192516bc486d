import type { EntityManager } from '../../database/database.ts';
import type { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import type { Restore } from '../../entities/restore.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { notify, type OccurredEvent } from '../notify.ts';

export type RestoreEnded = Fact<'restore-succeeded' | 'restore-failed'>;

/**
 * Commits immediately in its own transaction: requests run as the person, but notifications need the system. If the
 * request fails afterwards, the notification was sent in vain.
 */
export async function notifyRestoreWaiting(
  deps: Deps,
  { id, metadata }: Restore,
  target: ManagedDatabase,
  backup: Backup,
): Promise<void> {
  const fact = {
    kind: 'restore-waiting',
    database: databaseName(target),
    restore: id,
    requestedBy: metadata.requested_by ?? null,
    backup: backup.id,
    backedUpAt: backup.createdAt.toISOString(),
  } as const;
  await deps.database
    .asSystem()
    .transactional((em) => notify(em, { fact, severity: 'warning', subject: id, ...concerning(target) }));
}

/** Notifies how a restore ended. */
export async function notifyRestoreEnded(
  em: EntityManager,
  target: ManagedDatabase,
  restoreId: string,
  fact: RestoreEnded,
): Promise<void> {
  const severity = fact.kind === 'restore-succeeded' ? 'info' : 'danger';
  await notify(em, { fact, severity, subject: restoreId, ...concerning(target) });
}

/** Notifies that a backup or a drill failed. */
export async function notifyBackupFailed(
  em: EntityManager,
  database: ManagedDatabase,
  fact: Fact<'backup-failed' | 'drill-failed'>,
): Promise<void> {
  await notify(em, { fact, severity: 'danger', subject: database.id, ...concerning(database) });
}

function concerning(database: ManagedDatabase): Pick<OccurredEvent, 'resource'> {
  return { resource: { projectId: database.project.id, name: databaseName(database) } };
}
