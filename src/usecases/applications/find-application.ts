import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';

/** How an application is named everywhere, e.g. `shop/api`. Its project has to be loaded. */
export function applicationName(application: Application): string {
  return `${application.project.name}/${application.name}`;
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
  const [first = '', second, ...more] = name.trim().toLowerCase().split('/');
  const wanted = second === undefined ? { name: first } : { name: second, project: { name: first } };
  const found =
    more.length > 0 ? [] : await em.find(Application, { ...wanted, deletedAt: null }, { populate: ['project'] });
  const [application, other] = found;
  if (!application) throw new NotFoundError(await notFound(em, name));
  if (other) throw new UsageError(ambiguous(name, found));
  if (access) await requireProjectAccess(em, application.project, access.user, access.intent);
  return application;
}

async function notFound(em: EntityManager, name: string): Promise<string> {
  const visible = await em.find(Application, { deletedAt: null }, { populate: ['project'], limit: 1_000 });
  const names = visible.map(applicationName);
  const short = visible.map((application) => application.name);
  const suggestion = closestName(name, names) ?? names[short.indexOf(closestName(name, short) ?? '')];
  const hint = suggestion ? ` Did you mean \`${suggestion}\`?` : ' `app list` shows those you see.';
  return `There is no application \`${name}\`.${hint}`;
}

function ambiguous(name: string, found: Application[]): string {
  const names = found.map((application) => `\`${applicationName(application)}\``).sort();
  return `More than one project has \`${name}\`: ${names.join(', ')}. Say which.`;
}
