import type { Fact } from '../entities/notification-facts.ts';
import type { Notification } from '../entities/notification.ts';
import type { Restore } from '../entities/restore.ts';
import { formatTime } from '../units/times.ts';
import { databaseName } from '../usecases/databases/find-database.ts';
import type { RestoreCallView } from '../usecases/backups/read-restore-call.ts';
import { approversText, reminder } from './approval-call.ts';
import { restoreWaiting } from './backup-notifications.ts';
import type { Reply } from './reply.ts';
import { shortId } from './short-id.ts';

type Waiting = Fact<'restore-waiting'>;

/** The restore that a notification asks to approve. */
export function restoreOf({ payload }: Pick<Notification, 'payload'>): Waiting | undefined {
  return payload?.kind === 'restore-waiting' ? payload : undefined;
}

/** The fact of a restore, its database and backup loaded. */
export function waitingFact({ backup, database, id, metadata }: Restore): Waiting {
  return {
    kind: 'restore-waiting',
    database: databaseName(database),
    restore: id,
    requestedBy: metadata.requested_by ?? null,
    backup: backup.id,
    backedUpAt: backup.createdAt.toISOString(),
  };
}

/** What calls those who may approve a restore, or what came of it: without buttons once it is decided. */
export function restoreCall(fact: Waiting, view: RestoreCallView | undefined): Reply {
  const { actions, text = '', ...waiting } = restoreWaiting(fact);
  if (!view?.approvers) return decided(fact, view?.restore);
  const { approvers, restore } = view;
  const until = restore.expiresAt ? ` until ${formatTime(restore.expiresAt)}` : '';
  const lines = [
    text,
    ...(restore.remindedAt ? [reminder] : []),
    `${approversText(approvers)} may decide${until}: \`approve ${shortId(restore.id)}\`.`,
  ];
  return { ...waiting, text: lines.join('\n'), mentions: approvers.accounts, ...(actions && { actions }) };
}

/** What is said under the call before it expires. */
export function restoreReminder({ id, database, expiresAt }: Restore, approvers: RestoreCallView['approvers']): Reply {
  const { accounts, more } = approvers ?? { accounts: [], more: 0 };
  const until = expiresAt ? ` until ${formatTime(expiresAt)}` : '';
  return {
    tone: 'warning',
    text:
      `**The restore of ${databaseName(database)}** still waits for approval${until}. ` +
      `${approversText({ accounts, more })} may decide: \`approve ${shortId(id)}\`.`,
    mentions: accounts,
  };
}

function decided({ database, requestedBy }: Waiting, restore: Restore | undefined): Reply {
  const by = restore?.decidedBy?.username ?? 'somebody who is gone';
  const why = restore?.reason ? `: ${restore.reason}` : '.';
  const outcome = outcomeOf(restore?.status);
  const texts = {
    approved: `Approved by ${by}. \`db backups ${database}\` shows the progress.`,
    denied: `Denied by ${by}${why}`,
    expired: 'Nobody approved in time. The database is unchanged.',
    gone: 'The database is deleted.',
  };
  return {
    tone: outcome === 'approved' ? 'success' : 'warning',
    title: `Restore of ${database}`,
    text: [texts[outcome], ...(requestedBy === null ? [] : [`asked by ${requestedBy}`])].join('\n'),
  };
}

function outcomeOf(status: Restore['status'] | undefined): 'approved' | 'denied' | 'expired' | 'gone' {
  if (status === undefined) return 'gone';
  return status === 'denied' || status === 'expired' ? status : 'approved';
}
