import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Project } from '../../entities/project.ts';
import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { readUrlsOf } from '../applications/application-address.ts';
import type { Deps } from '../deps.ts';
import { readIncidents } from '../watchers/incidents.ts';
import { listByProject } from './list-applications.ts';

/** Running deployments shown, so that it stays an overview. */
const shownRunning = 25;
const shownEnded = 10;

export interface Overview {
  projects: { project: Project; applications: SeenApplication[] }[];
  /** Value of `after` for the next page; undefined on the last one. */
  next: string | undefined;
  /** Not ended yet, newest first. */
  running: Deployment[];
  /** The most recently ended. */
  ended: Deployment[];
}

export interface SeenApplication {
  application: Application;
  newest: Deployment | undefined;
  /** The one whose version is live; undefined before the first success. */
  live: Deployment | undefined;
  /** Its address; undefined without a port. */
  url: string | undefined;
  /** Why it is failed although it was deployed. */
  trouble: string | undefined;
}

/** A page of the visible projects by name, with the newest deployment of each application. */
export async function readOverview(
  deps: Pick<Deps, 'config' | 'database'>,
  user: User,
  page: Parameters<typeof listByProject>[1] = {},
): Promise<Overview> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const { entries, next } = await listByProject(em, page);
    const applications = entries.flatMap(({ application }) => application ?? []);
    const ids = applications.map(({ id }) => id);
    const newest = await em.find(Deployment, { id: { $in: await newestDeployments(em, ids, { each: 1 }) } });
    const others = newest.filter(({ status }) => status !== 'success').map(({ application }) => application.id);
    const live = await em.find(Deployment, {
      id: { $in: await newestDeployments(em, others, { each: 1, succeeded: true }) },
    });
    const liveOf = new Map(
      [...newest, ...live].filter(({ status }) => status === 'success').map((one) => [one.application.id, one]),
    );
    const urls = await readUrlsOf(em, deps.config, applications);
    const incidents = await readIncidents(em, ids);
    const byApplication = new Map(newest.map((deployment) => [deployment.application.id, deployment]));
    const seen = (application: Application) => ({
      application,
      newest: byApplication.get(application.id),
      live: liveOf.get(application.id),
      url: urls.get(application.id)?.[0],
      trouble: incidents.get(application.id)?.error ?? undefined,
    });
    const lately = { orderBy: { startedAt: 'desc' }, populate: ['application.project'] } as const;
    const running = await em.find(
      Deployment,
      { status: { $in: [...unfinishedStatuses] } },
      { ...lately, limit: shownRunning },
    );
    return {
      running,
      ended: await em.find(Deployment, { id: { $in: await lastEnded(em) } }, lately),
      projects: [...Map.groupBy(entries, ({ project }) => project)].map(([project, ofProject]) => ({
        project,
        applications: ofProject.flatMap(({ application }) => (application ? [seen(application)] : [])),
      })),
      next,
    };
  });
}

/**
 * Ids of the most recently started deployments that have ended. Whose applications are few, those are asked one by one;
 * who sees many finds ten among the newest deployments of all.
 */
async function lastEnded(em: EntityManager): Promise<string[]> {
  const { rows } = await executeSql<{ few: string[] | null }>(em, 'select app_few_application_ids() as few', []);
  const few = rows[0]?.few;
  if (few) return newestDeployments(em, few, { each: shownEnded, limit: shownEnded, ended: true });
  const { rows: newest } = await executeSql<{ id: string }>(
    em,
    'select id from deployments where status <> all ($1) order by started_at desc limit $2',
    [[...unfinishedStatuses], shownEnded],
  );
  return newest.map(({ id }) => id);
}

/**
 * Ids of the newest deployments, at most `limit` overall (default: one per application) and `each` per application; one
 * index lookup per application.
 */
async function newestDeployments(
  em: EntityManager,
  applications: string[],
  {
    each,
    ended = false,
    limit = applications.length,
    succeeded = false,
  }: { each: number; ended?: boolean; limit?: number; succeeded?: boolean },
): Promise<string[]> {
  const { rows } = await executeSql<{ id: string }>(
    em,
    `select newest.id from unnest($1::uuid[]) as wanted (id), lateral (
       select id, started_at from deployments
       where application_id = wanted.id and (not $4 or status <> all ($5)) and (not $6 or status = 'success')
       order by started_at desc limit $2
     ) newest order by newest.started_at desc limit $3`,
    [applications, each, limit, ended, [...unfinishedStatuses], succeeded],
  );
  return rows.map(({ id }) => id);
}
