import { createHash } from 'node:crypto';
import type { Setting } from '../../database-engines/settings.ts';
import type { BackupType } from '../../entities/backup.ts';
import { fivePartCron } from '../five-part-cron.ts';

/** When a database is backed up, in UTC; `db set --config backup=…`. */
export const backupTimes: Setting = {
  takes: '`off`, or a cron expression of five parts in UTC, e.g. `"0 3 * * *"`',
  read(text) {
    if (text.toLowerCase() === 'off') return 'off';
    return fivePartCron(text, 'Etc/UTC') && text;
  },
};

const day = 24 * 60 * 60_000;

/** A stable number per database from 0 to `below` - 1, which spreads periodic work over time. */
export function spread(id: string, what: string, below: number): number {
  return createHash('sha256').update(`${what}\0${id}`).digest().readUInt32BE(0) % below;
}

/** The cron expression of a database's backups (default: daily between 0:00 and 5:59 UTC). */
export function backupSchedule(id: string, config: Record<string, unknown>): string | undefined {
  const given = config['backup'];
  if (given === 'off') return undefined;
  if (typeof given === 'string') return given;
  return defaultSchedule(id);
}

function defaultSchedule(id: string): string {
  const minute = spread(id, 'backup', 6 * 60);
  return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
}

/**
 * The type of the backup that is due; undefined when none is. Missed times count: a backup missed during downtime is
 * due immediately. `last` is when the last scheduled one was requested.
 */
export function dueBackup(
  database: { id: string; config: Record<string, unknown>; createdAt: Date },
  last: Date | undefined,
  now = new Date(),
): BackupType | undefined {
  const schedule = backupSchedule(database.id, database.config);
  if (schedule === undefined) return undefined;
  // An earlier version took dates: a database with one keeps being backed up.
  const cron = fivePartCron(schedule, 'Etc/UTC') ?? fivePartCron(defaultSchedule(database.id), 'Etc/UTC');
  const time = cron?.nextRun(last ?? database.createdAt);
  if (!time || time > now) return undefined;
  const weekly = Math.floor(now.getTime() / day) % 7 === spread(database.id, 'full', 7);
  return weekly ? 'full' : 'incremental';
}

/** Whether a drill of the database's newest backup is due: weekly, or when there has never been one. */
export function dueDrill(id: string, last: Date | undefined, now = new Date()): boolean {
  if (!last) return true;
  const week = 7 * day;
  const offset = spread(id, 'drill', week / 60_000) * 60_000;
  return Math.floor((now.getTime() - offset) / week) > Math.floor((last.getTime() - offset) / week);
}
