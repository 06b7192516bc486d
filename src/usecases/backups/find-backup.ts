import type { EntityManager } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { idRange, shortestId } from '../id-prefix.ts';
import { databaseName } from '../databases/find-database.ts';
import { quoted } from '../../quoted.ts';

/** Finds a backup by id prefix; `latest` is the newest successful one. */
export async function findBackup(em: EntityManager, database: ManagedDatabase, id: string): Promise<Backup> {
  const name = databaseName(database);
  if (id.trim().toLowerCase() === 'latest') {
    const order = { orderBy: { createdAt: 'desc' }, limit: 1 } as const;
    const [newest] = await em.find(Backup, { database, status: 'success', type: { $ne: 'base' } }, order);
    if (newest) return newest;
    throw new NotFoundError(`\`${name}\` has no backup yet. Make one: \`db backup ${name}\`.`);
  }
  const range = idRange(id);
  if (!range) {
    throw new UsageError(
      `${quoted(id)} is not a backup id. Give at least the first ${shortestId} characters, or \`latest\`. ` +
        `\`db backups ${name}\` shows them.`,
    );
  }
  const [backup, other] = await em.find(Backup, { database, id: range }, { limit: 2 });
  if (!backup) throw new NotFoundError(`\`${name}\` has no backup ${quoted(id)}. \`db backups ${name}\` shows them.`);
  if (other) throw new UsageError(`More than one backup id starts with ${quoted(id)}. Give more characters.`);
  return backup;
}
