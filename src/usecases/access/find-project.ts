import type { EntityManager } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { type Intent, requireProjectAccess } from './project-access.ts';

/**
 * A project by its name among those that the context of `em` sees.
 * @throws {NotFoundError} with the nearest name.
 */
export async function findProject(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent },
): Promise<Project> {
  const project = await em.findOne(Project, { name: name.trim().toLowerCase() }, { populate: ['owner', 'team'] });
  if (!project) throw new NotFoundError(await notFound(em, name));
  if (access) await requireProjectAccess(em, project, access.user, access.intent);
  return project;
}

async function notFound(em: EntityManager, name: string): Promise<string> {
  const visible = await em.find(Project, {}, { limit: 1_000 });
  const names = visible.map((project) => project.name);
  return `There is no project \`${name}\`. ${didYouMean(name, names, '`project list` shows those you see.')}`;
}
