import type { Fact } from '../entities/notification-facts.ts';
import { formatTime } from '../units/times.ts';
import { shortId } from './short-id.ts';
import type { Action, Reply } from './reply.ts';
import { formatDuration } from '../units/durations.ts';

export function backupFailed({ database, reason, type }: Fact<'backup-failed'>): Reply {
  return {
    tone: 'danger',
    title: `Backup of ${database} failed`,
    text: `The ${type} backup failed: ${reason}`,
    actions: [showBackups(database), backUpNow(database)],
  };
}

export function drillFailed({ backup, database, reason }: Fact<'drill-failed'>): Reply {
  return {
    tone: 'danger',
    title: `Restore drill of ${database} failed`,
    text: `Backup ${shortId(backup)} did not pass: ${reason}`,
    actions: [showBackups(database), backUpNow(database)],
  };
}

export function restoreWaiting({ backedUpAt, backup, database, requestedBy, restore }: Fact<'restore-waiting'>): Reply {
  const id = shortId(restore);
  return {
    tone: 'warning',
    title: `Restore of ${database} needs approval`,
    text:
      `${requestedBy ?? 'Somebody'} wants to replace its data with backup ${shortId(backup)} ` +
      `from ${formatTime(new Date(backedUpAt))}.`,
    actions: [
      { label: 'Approve', command: `approve ${id}`, style: 'danger', confirm: `Replace all data in ${database}?` },
      { label: 'Deny', command: `deny ${id}`, form: true },
    ],
  };
}

export function restoreSucceeded({ backup, database, safetyBackup, seconds }: Fact<'restore-succeeded'>): Reply {
  const previous = safetyBackup === null ? '' : ` The previous data is in backup ${shortId(safetyBackup)}.`;
  return {
    tone: 'success',
    title: `${database} is restored`,
    text: `Restored backup ${shortId(backup)} in ${formatDuration(seconds * 1_000)}.${previous}`,
    actions: [showBackups(database)],
  };
}

export function restoreFailed({ database, reason }: Fact<'restore-failed'>): Reply {
  return {
    tone: 'danger',
    title: `Restore of ${database} failed`,
    text: reason,
    actions: [showBackups(database)],
  };
}

export function showBackups(database: string): Action {
  return { label: 'Backups', command: `db backups ${database}` };
}

function backUpNow(database: string): Action {
  return { label: 'Back up now', command: `db backup ${database}`, style: 'primary' };
}
