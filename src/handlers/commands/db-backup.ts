import { backupTypes } from '../../entities/backup.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import { requestDrill } from '../../usecases/backups/request-drills.ts';
import { readBackupAccess } from '../../usecases/backups/read-backup-access.ts';
import { listBackups } from '../../usecases/backups/list-backups.ts';
import { requestBackup } from '../../usecases/backups/request-backup.ts';
import { requestRestore } from '../../usecases/backups/request-restore.ts';
import { formatTime } from '../../units/times.ts';
import type { AwaitedWork } from '../../replies/reply.ts';
import { backupsReply } from '../../replies/backups-reply.ts';
import { defineCommand } from '../command.ts';
import { database } from './db.ts';
import { choice, flag, named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';

const id = 'Id of the backup, its prefix, or `latest`';

function awaited(kind: AwaitedWork['kind'], work: string, databases: string[]): AwaitedWork {
  return { kind, id: work, databases, since: new Date().toISOString() };
}

export const dbBackup = defineCommand({
  name: 'db backup',
  summary: 'Back up a database now; a snapshot stops it for that time',
  role: 'developer',
  answers: 'channel',
  options: {
    database,
    type: optional(named(choice('Type of backup (default incremental)', backupTypes))),
  },
  examples: ['db backup shop/orders', 'db backup shop/orders --type full'],
  async run({ deps, user, origin }, { database: given, type = 'incremental' }) {
    const backup = await requestBackup(deps, { user, origin, database: given, type });
    const away = type === 'snapshot' ? ' The database stops while its files are read.' : '';
    return {
      tone: 'info',
      text: `The ${type} backup ${shortId(backup.id)} is queued.${away} \`db backups ${given}\` shows the progress.`,
      actions: [{ label: 'How far?', command: `db backups ${given}` }],
      awaits: awaited('backup', backup.id, [given]),
      data: { id: backup.id, type, status: backup.status },
    };
  },
});

export const dbBackups = defineCommand({
  name: 'db backups',
  summary: 'List the backups of a database: size, duration, and whether a trial restore verified them',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { database },
  examples: ['db backups shop/orders'],
  async run({ deps, user }, { database: given }) {
    return backupsReply(await listBackups(deps, user, given));
  },
});

export const dbRestore = defineCommand({
  name: 'db restore',
  summary: 'Restore a backup into a database, once another person approves',
  role: 'developer',
  answers: 'channel',
  options: {
    database,
    backup: optional(text(id)),
    at: optional(named(text('Restore to a moment instead, e.g. `2026-11-28 10:05`, in your time zone'))),
    into: optional(named(text('Restore into another database of the same type, created if it does not exist'))),
    yes: flag('Confirm that the data is replaced; needed when nobody else can approve'),
  },
  examples: [
    'db restore shop/orders latest',
    'db restore shop/orders --at "2026-11-28 10:05"',
    'db restore shop/orders 3f2c1ab4 --into shop/orders-copy',
  ],
  async run({ deps, user, origin }, { at: moment, backup: wanted, database: given, into, yes }) {
    const request = { user, origin, database: given, backup: wanted, at: moment, into, confirmed: yes };
    const { approvers, at, backup, restore, target } = await requestRestore(deps, request);
    const name = databaseName(target);
    const what = at
      ? `what it held at ${formatTime(at)}`
      : `the backup ${shortId(backup.id)} of ${formatTime(backup.createdAt)}`;
    const verified = backup.verifiedAt ? '' : ' No trial restore has verified it yet.';
    if (!restore) {
      const which = at ? `--at "${at.toISOString().slice(0, 19)}Z"` : shortId(backup.id);
      const command = `db restore ${given} ${which}${into ? ` --into ${into}` : ''} --yes`;
      return {
        tone: 'warning',
        text: `This replaces the data in \`${name}\` with ${what}, after backing it up.${verified} Confirm: \`${command}\`.`,
        actions: [{ label: 'Restore', command, style: 'danger', confirm: `This replaces the data in ${name}.` }],
        data: { restore: null, confirm: command },
      };
    }
    const data = { restore: restore.id, status: restore.status, backup: backup.id, approvers };
    if (restore.status === 'waiting') {
      const short = shortId(restore.id);
      const text = `Restore ${short} of ${what} into \`${name}\` needs approval by ${approvers.join(', ')}.${verified}`;
      // A message of its own calls for the approval in the channel.
      if (restore.channel) return { tone: 'warning', private: true, text, data };
      return {
        tone: 'warning',
        text,
        actions: [
          {
            label: 'Approve',
            command: `approve ${short}`,
            style: 'danger',
            confirm: `This replaces the data in ${name}.`,
          },
          { label: 'Deny', command: `deny ${short}`, form: true },
        ],
        data,
      };
    }
    return {
      tone: 'info',
      text: `Restoring ${what} into \`${name}\`, after backing up its current data. \`db backups ${name}\` shows the progress.${verified}`,
      actions: [{ label: 'How far?', command: `db backups ${name}` }],
      awaits: awaited('restore', restore.id, [name, given]),
      data,
    };
  },
});

export const dbVerify = defineCommand({
  name: 'db verify',
  summary: 'Verify a backup by restoring it into a throwaway database',
  role: 'developer',
  answers: 'channel',
  options: { database, backup: optional(text(`${id} (default)`)) },
  examples: ['db verify shop/orders'],
  async run({ deps, user, origin }, { backup: wanted, database: given }) {
    const { backup, name } = await requestDrill(deps, { user, origin, database: given, backup: wanted });
    return {
      tone: 'info',
      text: `Running a trial restore of backup ${shortId(backup)} of \`${name}\`. \`db backups ${name}\` shows the result.`,
      awaits: awaited('drill', backup, [name]),
      data: { database: name, backup },
    };
  },
});

export const dbKey = defineCommand({
  name: 'db key',
  summary: 'Show the location and password that open the backups of a database without Shipmate',
  role: 'admin',
  peopleOnly: true,
  answers: 'person',
  options: { database },
  async run({ deps, user, origin }, { database: given }) {
    const { location, name, password } = await readBackupAccess(deps, user, origin, given);
    return {
      tone: 'warning',
      private: true,
      title: `Backups of ${name}`,
      text: 'Keep both away from Shipmate’s machine. docs/backups.md shows how to use them with restic.',
      fields: [
        { name: 'Repositories below', value: location },
        { name: 'Password', value: password },
      ],
      data: { location, password },
    };
  },
});
