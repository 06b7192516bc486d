import type { EntityManager } from '../../database/database.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import { databaseName } from '../databases/find-database.ts';
import { notify, type OccurredEvent } from '../notify.ts';

export type RestoreEnded = Fact<'restore-succeeded' | 'restore-failed'>;

/** Notifies how a restore ended; one for a preview is told at its request. */
export async function notifyRestoreEnded(
  em: EntityManager,
  target: ManagedDatabase,
  restoreId: string,
  fact: RestoreEnded,
): Promise<void> {
  if (target.variant) return;
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
