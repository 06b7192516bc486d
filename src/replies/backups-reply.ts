import type { Backup } from '../entities/backup.ts';
import type { Restore } from '../entities/restore.ts';
import { databaseName } from '../usecases/databases/find-database.ts';
import type { BackupList } from '../usecases/backups/list-backups.ts';
import { formatDuration } from '../units/durations.ts';
import { formatSize } from '../units/sizes.ts';
import { shortId } from './short-id.ts';
import { formatAgo } from '../units/times.ts';
import type { Action, Reply } from './reply.ts';

/** The backups of a database, and the restores that wait or run. */
export function backupsReply({ backups, database, restores }: BackupList): Reply {
  const name = databaseName(database);
  const lines = restores.map(restoreLine);
  const data = {
    backups: backups.map(backupData),
    restores: restores.map(({ id, status, metadata }) => ({ id, status, metadata: { ...metadata, asked: undefined } })),
  };
  if (backups.length === 0) {
    return { tone: 'info', text: `\`${name}\` has no backup yet. Make one: \`db backup ${name}\`.`, data };
  }
  const failed = backups.find(({ metadata }) => metadata.error !== undefined);
  const unwell = backups.find(({ metadata }) => metadata.drill?.ok === false);
  if (failed) lines.push(`${shortId(failed.id)} failed: ${failed.metadata.error ?? ''}`);
  if (unwell) lines.push(`${shortId(unwell.id)} is not good: ${unwell.metadata.drill?.error ?? ''}`);
  lines.push(...wholeLines(backups), ...omittedLines(backups.find(({ status }) => status === 'success')));
  return {
    tone: backups[0]?.status === 'failed' || unwell ? 'warning' : 'info',
    title: `Backups of ${name}`,
    ...(lines.length > 0 && { text: lines.join('\n') }),
    table: {
      columns: ['Backup', 'Type', 'Status', 'When', 'Size', 'Stored', 'Took', 'Verified'],
      rows: backups.map(backupRow),
      numbers: {
        3: backups.map(({ createdAt }) => createdAt.getTime()),
        4: backups.map(({ metadata, sizeBytes }) => metadata.progress?.bytes ?? sizeBytes ?? undefined),
        5: backups.map(({ metadata }) => metadata.stored_bytes),
        6: backups.map(({ metadata }) => metadata.duration_seconds),
      },
      actions: backups.map((one) => verifyAction(name, one)),
    },
    actions: [{ label: 'Back up now', command: `db backup ${name}` }],
    data,
  };
}

/** A backup that is there is restored as a rehearsal, beside the database. */
function verifyAction(database: string, { id, status }: Backup): Action | undefined {
  return status === 'success' ? { label: 'Verify', command: `db verify ${database} ${shortId(id)}` } : undefined;
}

/** Why the newest incremental backup is as large as a full one. */
function wholeLines(backups: readonly Backup[]): string[] {
  const newest = backups.find(({ status, type }) => status === 'success' && type === 'incremental');
  const why = newest?.metadata.whole_because;
  return newest && why !== undefined ? [`${shortId(newest.id)} is stored as a whole: ${why.replace(/\.$/, '')}.`] : [];
}

/** What of its server the newest good backup does not have. */
export function omittedLines(newest: Backup | null | undefined): string[] {
  const omitted = newest?.metadata.omitted ?? [];
  return omitted.length === 0 ? [] : [`Not in the newest backup: ${omitted.join('; ')}.`];
}

function backupRow({ createdAt, id, metadata, reference, sizeBytes, status, type, verifiedAt }: Backup): string[] {
  const { downtime_seconds: away, duration_seconds: took, progress, stored_bytes: stored } = metadata;
  const running = progress ? `${status}, ${formatSize(progress.bytes_per_second)}/s` : status;
  return [
    shortId(id),
    reference ? `${type} to ${shortId(reference.id)}` : type,
    running,
    formatAgo(createdAt),
    shown(progress?.bytes ?? sizeBytes),
    stored === undefined ? '' : `+${formatSize(stored)}`,
    took === undefined ? '' : `${seconds(took)}${away === undefined ? '' : `, away ${seconds(away)}`}`,
    verifiedAt ? formatAgo(verifiedAt) : '',
  ];
}

function restoreLine({ backup, id, metadata, status }: Restore): string {
  const { error, incomplete, interrupted, progress } = metadata;
  const sentences = [
    `Restore ${shortId(id)} of ${shortId(backup.id)}: ${status}.`,
    progress && `${formatSize(progress.bytes)} at ${formatSize(progress.bytes_per_second)}/s.`,
    status === 'running' && interrupted && `Interrupted: ${interrupted.replace(/\.$/, '')}. It begins again by itself.`,
    status === 'running' && incomplete && 'The database is incomplete until it is done.',
    error,
  ];
  return sentences.filter(Boolean).join(' ');
}

function backupData({
  completedAt,
  createdAt,
  id,
  metadata,
  reference,
  sizeBytes,
  status,
  storagePath,
  type,
  verifiedAt,
}: Backup) {
  return {
    id,
    type,
    status,
    storagePath,
    sizeBytes,
    createdAt,
    completedAt,
    verifiedAt,
    reference: reference?.id ?? null,
    metadata: { ...metadata, asked: undefined, drill_asked: undefined },
  };
}

function shown(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : formatSize(bytes);
}

function seconds(count: number): string {
  return formatDuration(count * 1_000);
}
