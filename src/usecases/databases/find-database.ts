import { type EntityManager, LockMode } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { qualifiedName, readQualifiedName, requireOne } from '../qualified-name.ts';

/** The database's full name, e.g. `shop/orders`. Its project has to be loaded. */
export function databaseName(database: ManagedDatabase): string {
  return qualifiedName(database);
}

/**
 * Finds `project/name`, or `name` when only one project has it, among the databases visible to `em`. Its project is
 * loaded. With `access`, also checks the person's role in the project's team; nobody changes the database of a preview, so
 * that `intent` refuses it unless `ofPreviews`.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findDatabase(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent; ofPreviews?: boolean },
): Promise<ManagedDatabase> {
  const wanted = readQualifiedName(name);
  const populate = ['project.owner', 'project.team', 'variant'] as const;
  const found = wanted ? await em.find(ManagedDatabase, wanted, { populate }) : [];
  const database = await requireOne(name, found, {
    noun: 'database',
    list: 'db list',
    visible: () => em.find(ManagedDatabase, { variant: null }, { populate: ['project'], limit: 1_000 }),
  });
  if (access) {
    await requireProjectAccess(em, database.project, access.user, access.intent);
    if (access.intent !== 'read' && !access.ofPreviews) requireNoPreview(database);
  }
  return database;
}

/** What a preview has is decided by its request and its application. @throws {ConflictError} */
function requireNoPreview(database: ManagedDatabase): void {
  const { preview } = database.variant?.sourceConfig ?? {};
  if (!preview) return;
  const parent = `${database.project.name}/${preview.of}`;
  throw new ConflictError(
    `\`${databaseName(database)}\` belongs to the preview of request ${preview.number} and is removed with it. ` +
      `For a new one: \`preview close ${parent} ${preview.number}\`, then \`preview open ${parent} ${preview.number}\`.`,
  );
}

/** Locks the database's row until the transaction ends, so that decisions about it are serialised. */
export async function lockDatabaseRow(em: EntityManager, database: ManagedDatabase): Promise<void> {
  await em.findOneOrFail(ManagedDatabase, database.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
