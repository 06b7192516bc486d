import type { Platform } from '../../entities/chat-message.ts';
import { Restore } from '../../entities/restore.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { type Approvers, whoMayApprove } from '../deployments/who-may-approve.ts';

/** Where the approval of a restore stands. */
export interface RestoreCallView {
  restore: Restore;
  /** Those who may give it, while it waits. */
  approvers: Approvers | undefined;
}

/** Undefined when the restore is gone with its database. */
export async function readRestoreCall(
  deps: Pick<Deps, 'database'>,
  id: string,
  where: { platform: Platform; channel: string },
): Promise<RestoreCallView | undefined> {
  const populate = ['database.project', 'backup', 'decidedBy'] as const;
  const restore = await deps.database.asSystem().findOne(Restore, id, { populate });
  if (!restore) return undefined;
  const { database, requestedBy, status } = restore;
  const subject = { project: database.project.id, name: databaseName(database) };
  const wanted = { subject, requestedBy: requestedBy?.id };
  return { restore, approvers: status === 'waiting' ? await whoMayApprove(deps, wanted, where) : undefined };
}
