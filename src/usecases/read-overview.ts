import { Deployment, unfinishedStatuses } from '../entities/deployment.ts';
import { executeSql } from '../database/database.ts';
import { Project } from '../entities/project.ts';
import type { Application } from '../entities/application.ts';
import type { User } from '../entities/user.ts';
import type { Deps } from './deps.ts';
import { listApplications } from './read-status.ts';

/** More would be no overview. */
const shownRunning = 25;

export interface Overview {
  projects: { project: Project; applications: { application: Application; newest: Deployment | undefined }[] }[];
  /** Not ended yet, newest first. */
  running: Deployment[];
}

/** What the person sees: at most 1 000 applications, by name, each with its newest deployment. */
export async function readOverview(deps: Deps, user: User): Promise<Overview> {
  const applications = await listApplications(deps, user);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const projects = await em.find(Project, {}, { orderBy: { name: 'asc' }, limit: 1_000 });
    // One look at the index per application, however many deployments it has had.
    const { rows } = await executeSql<{ id: string }>(
      em,
      `select newest.id from unnest($1::uuid[]) as wanted (id), lateral (
         select id from deployments where application_id = wanted.id order by started_at desc limit 1
       ) newest`,
      [applications.map(({ id }) => id)],
    );
    const newest = await em.find(Deployment, { id: { $in: rows.map(({ id }) => id) } });
    const byApplication = new Map(newest.map((deployment) => [deployment.application.id, deployment]));
    const running = await em.find(
      Deployment,
      { status: { $in: [...unfinishedStatuses] } },
      { orderBy: { startedAt: 'desc' }, limit: shownRunning, populate: ['application.project'] },
    );
    return {
      running,
      projects: projects.map((project) => ({
        project,
        applications: applications
          .filter((application) => application.project.id === project.id)
          .map((application) => ({ application, newest: byApplication.get(application.id) })),
      })),
    };
  });
}
