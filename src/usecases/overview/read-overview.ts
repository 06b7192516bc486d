import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { readUrlsOf } from '../applications/application-address.ts';
import type { Deps } from '../deps.ts';
import { listApplications } from './read-status.ts';

/** Running deployments shown, so that it stays an overview. */
const shownRunning = 25;
const shownEnded = 10;

export interface Overview {
  projects: { project: Project; applications: SeenApplication[] }[];
  /** Not ended yet, newest first. */
  running: Deployment[];
  /** The most recently ended. */
  ended: Deployment[];
}

interface SeenApplication {
  application: Application;
  newest: Deployment | undefined;
  /** Its address; undefined without a port. */
  url: string | undefined;
}

/** Visible applications by name, at most 1,000, each with its newest deployment. */
export async function readOverview(deps: Deps, user: User): Promise<Overview> {
  const applications = await listApplications(deps, user);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const projects = await em.find(Project, {}, { orderBy: { name: 'asc' }, limit: 1_000 });
    const ids = applications.map(({ id }) => id);
    const newest = await em.find(Deployment, {
      id: { $in: await newestDeployments(em, ids, { each: 1, limit: ids.length }) },
    });
    const urls = await readUrlsOf(em, deps.config, applications);
    const byApplication = new Map(newest.map((deployment) => [deployment.application.id, deployment]));
    const lately = { orderBy: { startedAt: 'desc' }, populate: ['application.project'] } as const;
    const running = await em.find(
      Deployment,
      { status: { $in: [...unfinishedStatuses] } },
      { ...lately, limit: shownRunning },
    );
    const ended = await newestDeployments(em, ids, { each: shownEnded, limit: shownEnded, ended: true });
    return {
      running,
      ended: await em.find(Deployment, { id: { $in: ended } }, lately),
      projects: projects.map((project) => ({
        project,
        applications: applications
          .filter((application) => application.project.id === project.id)
          .map((application) => ({
            application,
            newest: byApplication.get(application.id),
            url: urls.get(application.id)?.[0],
          })),
      })),
    };
  });
}

/**
 * Ids of the newest deployments, at most `limit` overall and `each` per application; one index lookup per application.
 */
async function newestDeployments(
  em: EntityManager,
  applications: string[],
  { each, ended = false, limit }: { each: number; ended?: boolean; limit: number },
): Promise<string[]> {
  const { rows } = await executeSql<{ id: string }>(
    em,
    `select newest.id from unnest($1::uuid[]) as wanted (id), lateral (
       select id, started_at from deployments
       where application_id = wanted.id and (not $4 or status <> all ($5))
       order by started_at desc limit $2
     ) newest order by newest.started_at desc limit $3`,
    [applications, each, limit, ended, [...unfinishedStatuses]],
  );
  return rows.map(({ id }) => id);
}
