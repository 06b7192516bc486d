import type { Backup } from '../entities/backup.ts';
import type { Restore } from '../entities/restore.ts';
import { databaseName } from '../usecases/databases/find-database.ts';
import type { BackupList } from '../usecases/backups/list-backups.ts';
import { ago, shortId } from './present.ts';
import type { Reply } from './reply.ts';

/** The backups of a database, and the restores that wait or run. */
export function backupsReply({ backups, database, restores }: BackupList): Reply {
  const name = databaseName(database);
  const lines = restores.map(restoreLine);
  const data = {
    backups: backups.map(backupData),
    restores: restores.map(({ id, status, metadata }) => ({ id, status, metadata })),
  };
  if (backups.length === 0) {
    return { tone: 'info', text: `\`${name}\` has no backup yet. \`db backup ${name}\` makes one.`, data };
  }
  const failed = backups.find(({ metadata }) => metadata.error !== undefined);
  const unwell = backups.find(({ metadata }) => metadata.drill?.ok === false);
  if (failed) lines.push(`${shortId(failed.id)} failed: ${failed.metadata.error ?? ''}`);
  if (unwell) lines.push(`${shortId(unwell.id)} is not good: ${unwell.metadata.drill?.error ?? ''}`);
  return {
    tone: backups[0]?.status === 'failed' || unwell ? 'warning' : 'info',
    title: `Backups of ${name}`,
    ...(lines.length > 0 && { text: lines.join('\n') }),
    table: {
      columns: ['Backup', 'Type', 'Status', 'When', 'Size', 'Stored', 'Took', 'Verified'],
      rows: backups.map(backupRow),
    },
    actions: [{ label: 'Back up now', command: `db backup ${name}` }],
    data,
  };
}

function backupRow({ createdAt, id, metadata, sizeBytes, status, type, verifiedAt }: Backup): string[] {
  const { downtime_seconds: away, duration_seconds: took, progress, stored_bytes: stored } = metadata;
  const running = progress ? `${status}, ${sizeOf(progress.bytes_per_second)}/s` : status;
  return [
    shortId(id),
    type,
    running,
    ago(createdAt),
    sizeOf(progress?.bytes ?? sizeBytes),
    stored === undefined ? '' : `+${sizeOf(stored)}`,
    took === undefined ? '' : `${took} s${away === undefined ? '' : `, away ${away} s`}`,
    verifiedAt ? ago(verifiedAt) : '',
  ];
}

function restoreLine({ backup, id, metadata, status }: Restore): string {
  const { error, progress } = metadata;
  const far = progress ? ` ${sizeOf(progress.bytes)} at ${sizeOf(progress.bytes_per_second)}/s.` : '';
  return `Restore ${shortId(id)} of ${shortId(backup.id)}: ${status}.${far}${error ? ` ${error}` : ''}`;
}

function backupData({
  completedAt,
  createdAt,
  id,
  metadata,
  sizeBytes,
  status,
  storagePath,
  type,
  verifiedAt,
}: Backup) {
  return { id, type, status, storagePath, sizeBytes, createdAt, completedAt, verifiedAt, metadata };
}

/** `512 B`, `3.1 MB`. */
export function sizeOf(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '';
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
