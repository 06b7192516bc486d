import type { ArchivedLog } from '../../entities/backup-metadata.ts';
import { Backup } from '../../entities/backup.ts';
import { type EntityManager, executeSql } from '../../database/database.ts';
import { ConflictError } from '../../errors.ts';
import { formatTime } from '../../units/times.ts';
import type { Deps } from '../deps.ts';

const minuteMs = 60_000;

/** A stretch of time to any moment of which the database can be restored. */
export interface Recoverable {
  since: Date;
  until: Date;
}

/** The base backups of a database whose log is archived to beyond their end, oldest first. */
export async function readBases(em: EntityManager, database: { id: string }): Promise<Backup[]> {
  const order = { orderBy: { createdAt: 'asc' } } as const;
  const bases = await em.find(Backup, { database: database.id, type: 'base', status: 'success' }, order);
  return bases.filter((base) => stretchOf(base).until >= stretchOf(base).since);
}

export function stretchOf({ metadata }: Backup): Recoverable {
  const { since = '', until = '' } = metadata.log ?? {};
  return { since: new Date(since), until: new Date(until) };
}

/** Stretches without those that overlap, oldest first. */
export function stretches(bases: readonly Backup[]): Recoverable[] {
  const merged: Recoverable[] = [];
  for (const { since, until } of bases.map(stretchOf)) {
    const last = merged.at(-1);
    if (last && since <= last.until) last.until = until > last.until ? until : last.until;
    else merged.push({ since, until });
  }
  return merged;
}

/** In whole minutes, each of which can be restored. */
export function describeStretch({ since, until }: Recoverable, zone?: string): string {
  const first = new Date(Math.min(until.getTime(), Math.ceil(since.getTime() / minuteMs) * minuteMs));
  return `from ${formatTime(first, zone)} to ${formatTime(until, zone)}`;
}

/**
 * The newest base backup from which the moment can be reached.
 * @throws {ConflictError} with what can be restored.
 */
export function baseFor(bases: readonly Backup[], at: Date, { name, zone }: { name: string; zone: string }): Backup {
  const base = bases.findLast((one) => stretchOf(one).since <= at && at <= stretchOf(one).until);
  if (base) return base;
  const said = stretches(bases).map((one) => describeStretch(one, zone));
  throw new ConflictError(
    said.length === 0
      ? `\`${name}\` cannot be restored to a moment. \`db set ${name} --config pitr=on\` archives its log from now on.`
      : `\`${name}\` cannot be restored to ${formatTime(at, zone)}. What can be restored: ${said.join(', ')}.`,
  );
}

/** Ends what is archived of a database whose files are about to be replaced: its log begins anew. */
export async function endLogs({ database }: Pick<Deps, 'database'>, id: string, reason: string): Promise<void> {
  await executeSql(
    database.asSystem(),
    `update backups set metadata = jsonb_set(metadata, '{log,closed}', to_jsonb($2::text))
     where database_id = $1 and type = 'base' and status = 'success' and metadata #> '{log,closed}' is null`,
    [id, reason],
  );
}

/** Changes only what is given; null removes it. A base backup and the archive of its log write the same row. */
export async function saveLog(
  { database }: Pick<Deps, 'database'>,
  id: string,
  changes: { [Key in keyof ArchivedLog]?: ArchivedLog[Key] | null },
): Promise<void> {
  await executeSql(
    database.asSystem(),
    `update backups set metadata = jsonb_set(metadata, '{log}',
       jsonb_strip_nulls(coalesce(metadata -> 'log', '{}') || $2::jsonb)) where id = $1`,
    [id, JSON.stringify(changes)],
  );
}

export async function forgetLog({ database }: Pick<Deps, 'database'>, id: string): Promise<void> {
  await executeSql(database.asSystem(), `update backups set metadata = metadata - 'log' where id = $1`, [id]);
}
