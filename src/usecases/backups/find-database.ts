import type { EntityManager } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';
import { type Intent, requireProjectAccess } from '../project-access.ts';
import { databaseName } from './database-access.ts';

/**
 * The database that `project/name`, or `name` when only one project has it, names among those that the context of `em`
 * sees; with its project. @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findManagedDatabase(
  em: EntityManager,
  name: string,
  access: { user: User; intent: Intent },
): Promise<ManagedDatabase> {
  const [first = '', second, ...more] = name.trim().toLowerCase().split('/');
  const wanted = second === undefined ? { name: first } : { name: second, project: { name: first } };
  const populate = ['project.owner', 'project.team'] as const;
  const found = more.length > 0 ? [] : await em.find(ManagedDatabase, wanted, { populate });
  const [database, other] = found;
  if (!database) {
    const visible = (await em.find(ManagedDatabase, {}, { populate: ['project'], limit: 1_000 })).map(databaseName);
    const suggestion = closestName(name, visible);
    const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`db list` shows those you see.';
    throw new NotFoundError(`There is no database \`${name}\`. ${hint}`);
  }
  if (other) {
    const names = found.map((one) => `\`${databaseName(one)}\``).sort();
    throw new UsageError(`More than one project has \`${name}\`: ${names.join(', ')}. Say which.`);
  }
  await requireProjectAccess(em, database.project, access.user, access.intent);
  return database;
}

/** The backup of the database whose id begins so; `latest` is the newest good one. */
export async function findBackup(em: EntityManager, database: ManagedDatabase, id: string): Promise<Backup> {
  const name = databaseName(database);
  if (id.trim().toLowerCase() === 'latest') {
    const order = { orderBy: { createdAt: 'desc' }, limit: 1 } as const;
    const [newest] = await em.find(Backup, { database, status: 'success' }, order);
    if (newest) return newest;
    throw new NotFoundError(`\`${name}\` has no backup yet. \`db backup ${name}\` makes one.`);
  }
  const digits = id.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{8,32}$/.test(digits)) {
    throw new UsageError(
      `\`${id}\` is not the id of a backup: write at least its first 8 characters, or \`latest\`. ` +
        `\`db backups ${name}\` shows them.`,
    );
  }
  const range = { $gte: digits.padEnd(32, '0'), $lte: digits.padEnd(32, 'f') };
  const [backup, other] = await em.find(Backup, { database, id: range }, { limit: 2 });
  if (!backup) throw new NotFoundError(`\`${name}\` has no backup \`${id}\`. \`db backups ${name}\` shows them.`);
  if (other) throw new UsageError(`More than one backup begins with \`${id}\`. Write more of its id.`);
  return backup;
}
