import { Application } from '../../entities/application.ts';
import { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';

/** Visible projects by name, with their number of applications. */
export async function listProjects(deps: Deps, user: User): Promise<{ project: Project; applications: number }[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const projects = await em.find(
      Project,
      {},
      { populate: ['owner', 'team'], orderBy: { name: 'asc' }, limit: 1_000 },
    );
    const applications = await em.find(Application, { project: { $in: projects }, deletedAt: null });
    return projects.map((project) => ({
      project,
      applications: applications.filter((application) => application.project.id === project.id).length,
    }));
  });
}
