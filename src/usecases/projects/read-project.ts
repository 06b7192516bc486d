import { Application } from '../../entities/application.ts';
import type { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import { findProject } from '../access/find-project.ts';
import type { Deps } from '../deps.ts';

/** A visible project with its applications by name. @throws {NotFoundError} */
export async function readProject(
  deps: Deps,
  user: User,
  name: string,
): Promise<{ project: Project; applications: Application[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const project = await findProject(em, name);
    const order = { orderBy: { name: 'asc' }, limit: 1_000 } as const;
    return { project, applications: await em.find(Application, { project, deletedAt: null, previewOf: null }, order) };
  });
}
