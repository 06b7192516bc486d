import { type EntityManager, LockMode } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { qualifiedName, readQualifiedName, requireOne } from '../qualified-name.ts';

/** The database's full name, e.g. `shop/orders`. Its project has to be loaded. */
export function databaseName(database: ManagedDatabase): string {
  return qualifiedName(database);
}

/**
 * Finds `project/name`, or `name` when only one project has it, among the databases visible to `em`. Its project is
 * loaded. With `access`, also checks the person's role in the project's team.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findDatabase(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent },
): Promise<ManagedDatabase> {
  const wanted = readQualifiedName(name);
  const populate = ['project.owner', 'project.team'] as const;
  const found = wanted ? await em.find(ManagedDatabase, wanted, { populate }) : [];
  const database = await requireOne(name, found, {
    noun: 'database',
    list: 'db list',
    visible: () => em.find(ManagedDatabase, {}, { populate: ['project'], limit: 1_000 }),
  });
  if (access) await requireProjectAccess(em, database.project, access.user, access.intent);
  return database;
}

/** Locks the database's row until the transaction ends, so that decisions about it are serialised. */
export async function lockDatabaseRow(em: EntityManager, database: ManagedDatabase): Promise<void> {
  await em.findOneOrFail(ManagedDatabase, database.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
