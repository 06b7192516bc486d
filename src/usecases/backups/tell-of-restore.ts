import type { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Restore } from '../../entities/restore.ts';
import type { Deps } from '../deps.ts';
import { moment } from '../moment.ts';
import { notify } from '../notify.ts';
import { databaseName } from '../databases/find-database.ts';

/** Tells the routes that want approvals. A restore that could not be asked for after all is told of for nothing. */
export async function askForApproval(
  deps: Deps,
  { id, metadata }: Restore,
  target: ManagedDatabase,
  backup: Backup,
): Promise<void> {
  const name = databaseName(target);
  const short = id.slice(0, 8);
  await deps.database.asSystem().transactional(async (em) =>
    notify(em, {
      event: 'approval',
      severity: 'warning',
      resource: { projectId: target.project.id, name },
      subject: id,
      reply: {
        tone: 'warning',
        title: `Restore of ${name} waits for an approval`,
        text:
          `${metadata.requested_by ?? 'Somebody'} wants to replace what is in it by the backup ` +
          `${backup.id.slice(0, 8)} of ${moment(backup.createdAt)}.`,
        actions: [
          {
            label: 'Approve',
            command: `approve ${short}`,
            style: 'danger',
            confirm: `What is in ${name} now is replaced.`,
          },
          { label: 'Deny', command: `deny ${short}`, form: true },
        ],
      },
    }),
  );
}

/** Tells how a restore ended. */
export async function tellOfRestore(
  em: Parameters<typeof notify>[0],
  target: ManagedDatabase,
  restoreId: string,
  ended: { ok: boolean; text: string },
): Promise<void> {
  const name = databaseName(target);
  await notify(em, {
    event: ended.ok ? 'restored' : 'backup-failed',
    severity: ended.ok ? 'info' : 'danger',
    resource: { projectId: target.project.id, name },
    subject: restoreId,
    reply: {
      tone: ended.ok ? 'success' : 'danger',
      title: ended.ok ? `${name} is restored` : `${name} was not restored`,
      text: ended.text,
      actions: [{ label: 'Backups', command: `db backups ${name}` }],
    },
  });
}
