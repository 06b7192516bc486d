import { Application } from '../entities/application.ts';
import { Project } from '../entities/project.ts';
import type { User } from '../entities/user.ts';
import type { Deps } from './deps.ts';

/** Names of the applications (`project/app`) or projects that the person sees, at most 500. */
export async function visibleNames(
  deps: Pick<Deps, 'database'>,
  user: User,
  kind: 'application' | 'project',
): Promise<string[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    if (kind === 'project') {
      const projects = await em.find(Project, {}, { orderBy: { name: 'asc' }, limit: 500 });
      return projects.map((project) => project.name);
    }
    const found = await em.find(Application, { deletedAt: null }, { populate: ['project'], limit: 500 });
    return found.map((application) => `${application.project.name}/${application.name}`).sort();
  });
}
