import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { qualifiedName, readQualifiedName, requireOne } from '../qualified-name.ts';

/** How an application is named everywhere, e.g. `shop/api`. Its project has to be loaded. */
export function applicationName(application: Application): string {
  return qualifiedName(application);
}

/**
 * The application that `project/app`, or `app` when only one project has it, names among those that the
 * context of `em` sees; archived ones are left out. Its project is loaded.
 * `access` holds the person to their role in the project's team.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findApplication(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent },
): Promise<Application> {
  const wanted = readQualifiedName(name);
  const populate = ['project'] as const;
  const found = wanted ? await em.find(Application, { ...wanted, deletedAt: null }, { populate }) : [];
  const application = await requireOne(name, found, {
    noun: 'application',
    list: 'app list',
    visible: () => em.find(Application, { deletedAt: null }, { populate, limit: 1_000 }),
  });
  if (access) await requireProjectAccess(em, application.project, access.user, access.intent);
  return application;
}
