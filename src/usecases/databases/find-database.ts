import { type EntityManager, LockMode } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';

/** How a database is named everywhere, e.g. `shop/orders`. Its project has to be loaded. */
export function databaseName(database: ManagedDatabase): string {
  return `${database.project.name}/${database.name}`;
}

/**
 * The database that `project/name`, or `name` when only one project has it, names among those that the context of
 * `em` sees. Its project is loaded. `access` holds the person to their role in the project's team.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findDatabase(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent },
): Promise<ManagedDatabase> {
  const [first = '', second, ...more] = name.trim().toLowerCase().split('/');
  const wanted = second === undefined ? { name: first } : { name: second, project: { name: first } };
  const populate = ['project.owner', 'project.team'] as const;
  const found = more.length > 0 ? [] : await em.find(ManagedDatabase, wanted, { populate });
  const [database, other] = found;
  if (!database) throw new NotFoundError(await notFound(em, name));
  if (other) {
    const names = found.map((one) => `\`${databaseName(one)}\``).sort();
    throw new UsageError(`More than one project has \`${name}\`: ${names.join(', ')}. Say which.`);
  }
  if (access) await requireProjectAccess(em, database.project, access.user, access.intent);
  return database;
}

/** Holds the database's row until the transaction ends, so that nothing else about it is decided meanwhile. */
export async function lockDatabaseRow(em: EntityManager, database: ManagedDatabase): Promise<void> {
  await em.findOneOrFail(ManagedDatabase, database.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}

async function notFound(em: EntityManager, name: string): Promise<string> {
  const visible = await em.find(ManagedDatabase, {}, { populate: ['project'], limit: 1_000 });
  const names = visible.map(databaseName);
  const short = visible.map((database) => database.name);
  const suggestion = closestName(name, names) ?? names[short.indexOf(closestName(name, short) ?? '')];
  const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`db list` shows those you see.';
  return `There is no database \`${name}\`. ${hint}`;
}
