import type { EntityManager } from '../../database/database.ts';
import type { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { databaseName } from '../databases/find-database.ts';
import { baseFor, readBases } from '../databases/recoverable.ts';
import { findBackup } from './find-backup.ts';
import { readMoment } from './read-moment.ts';

interface Wanted {
  backup?: string | undefined;
  at?: string | undefined;
  /** The person's. */
  zone: string;
}

/** The backup to restore, and the moment of a `base` one. */
export async function findWanted(
  em: EntityManager,
  database: ManagedDatabase,
  { at, backup, zone }: Wanted,
): Promise<{ backup: Backup; at?: Date }> {
  const name = databaseName(database);
  if ((at === undefined) === (backup === undefined)) {
    throw new UsageError(
      `Give either a backup or a moment: \`db restore ${name} latest\` or \`--at "2026-11-28 10:05"\`.`,
    );
  }
  if (at !== undefined) {
    const moment = readMoment(at, zone);
    const base = baseFor(await readBases(em, database), moment.at, { name, zone: moment.zone });
    return { backup: base, at: moment.at };
  }
  const found = await findBackup(em, database, backup ?? '');
  if (found.type !== 'base') return { backup: found };
  throw new ConflictError(`That is a base backup, which is restored to a moment: \`db restore ${name} --at "…"\`.`);
}
