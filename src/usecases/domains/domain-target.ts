import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { findDomain } from './find-domain.ts';

/** Whether a name is a database's; of an application and a database with the same name, it is the application's. */
export async function isDatabase(deps: Pick<Deps, 'database'>, user: User, name: string): Promise<boolean> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    if (await exists(() => findApplication(em, name))) return false;
    return exists(() => findDatabase(em, name));
  });
}

/** Id of the application or database. @throws {NotFoundError} as of an application. */
export async function findTargetId(em: EntityManager, name: string): Promise<string> {
  try {
    return (await findApplication(em, name)).id;
  } catch (error) {
    if (!(error instanceof NotFoundError) || !(await exists(() => findDatabase(em, name)))) throw error;
    return (await findDatabase(em, name)).id;
  }
}

/** Whether a domain is a database's. @throws {NotFoundError} with the nearest name. */
export async function leadsToDatabase(deps: Pick<Deps, 'database'>, user: User, name: string): Promise<boolean> {
  return deps.database
    .asUser(user.id)
    .transactional(async (em) => (await findDomain(em, name)).targetType === 'database');
}

/** The same of a name that may be no domain, such as the host that an application has by itself. */
export async function leadsToDatabaseIfKnown(
  { database }: Pick<Deps, 'database'>,
  user: User,
  name: string,
): Promise<boolean> {
  const domain = name.trim().toLowerCase().replace(/\.$/, '');
  return (await database.asUser(user.id).count(Domain, { domain, targetType: 'database' })) > 0;
}

/** The database that it leads to; its project is loaded. */
export async function databaseOf(em: EntityManager, { targetId }: Domain): Promise<ManagedDatabase> {
  return em.findOneOrFail(ManagedDatabase, targetId, { populate: ['project'] });
}

/** `project/name` of the targets of domains, by id. */
export async function targetNames(em: EntityManager, domains: readonly Domain[]): Promise<Map<string, string>> {
  const ids = domains.map(({ targetId }) => targetId);
  const populate = ['project'] as const;
  const applications = await em.find(Application, { id: { $in: ids } }, { populate });
  const databases = await em.find(ManagedDatabase, { id: { $in: ids } }, { populate });
  return new Map([
    ...applications.map((one) => [one.id, applicationName(one)] as const),
    ...databases.map((one) => [one.id, databaseName(one)] as const),
  ]);
}

async function exists(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find();
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    // An ambiguous name is one, too.
    return true;
  }
}
