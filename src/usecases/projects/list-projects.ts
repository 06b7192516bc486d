import { executeSql } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { pagePosition } from '../page-position.ts';

/** Most projects of a page. */
const most = 100;

export interface ListedProject {
  project: Project;
  /** Number of applications, without archived ones. */
  applications: number;
}

/** A page of the visible projects by name, of those after the one whose id starts with `after`. */
export async function listProjects(
  deps: Pick<Deps, 'database'>,
  user: User,
  after?: string,
): Promise<{ listed: ListedProject[]; more: boolean }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const { projectName, project: last } = await pagePosition(em, after);
    const later = { $or: [{ name: { $gt: projectName } }, { name: projectName, id: { $gt: last } }] };
    const page = { populate: ['owner', 'team'], orderBy: { name: 'asc', id: 'asc' }, limit: most + 1 } as const;
    const projects = await em.find(Project, later, page);
    const { rows } = await executeSql<{ project_id: string; count: number }>(
      em,
      `select project_id, count(*)::int from applications
       where project_id = any ($1) and deleted_at is null and preview_of_id is null group by project_id`,
      [projects.map(({ id }) => id)],
    );
    const counts = new Map(rows.map((row) => [row.project_id, row.count]));
    const listed = projects.slice(0, most).map((project) => ({ project, applications: counts.get(project.id) ?? 0 }));
    return { listed, more: projects.length > most };
  });
}
