import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import { findProject } from '../access/find-project.ts';
import type { Deps } from '../deps.ts';
import { pagePosition } from '../page-position.ts';

export interface ListOptions {
  /** Name of the only project to list. */
  project?: string | undefined;
  /** Lists archived applications instead of the others. */
  archived?: boolean | undefined;
  /** Id, or its first 8 characters, of the last entry of the page before. */
  after?: string | undefined;
  /** Most entries (default 100). */
  most?: number;
}

interface Page<T> {
  entries: T[];
  /** Value of `after` for the next page; undefined on the last one. */
  next: string | undefined;
}

/** An application, or a project without any. */
export interface Entry {
  project: Project;
  application: Application | undefined;
}

/** A page of the visible applications, by project and name. @throws {UsageError} for an unknown `after`. */
export async function listApplications(
  deps: Pick<Deps, 'database'>,
  user: User,
  options: ListOptions,
): Promise<{ applications: Application[]; next: string | undefined }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const { entries, next } = await pageOf(em, options, {});
    return { applications: entries.flatMap(({ application }) => application ?? []), next };
  });
}

/** The same with the projects that have none, and at most `each` of a project. */
export async function listByProject(
  em: EntityManager,
  options: Omit<ListOptions, 'project' | 'archived'> & { each?: number },
): Promise<Page<Entry>> {
  return pageOf(em, options, { empty: true, ...(options.each !== undefined && { each: options.each }) });
}

/**
 * Walks the projects by name and takes the next applications of each, so that a page costs the same however many
 * follow.
 */
async function pageOf(
  em: EntityManager,
  { project, archived = false, after, most = 100 }: ListOptions,
  { empty = false, each = most }: { empty?: boolean; each?: number },
): Promise<Page<Entry>> {
  const within = project === undefined ? null : (await findProject(em, project)).id;
  const from = await pagePosition(em, after);
  const { rows } = await executeSql<{ project: string; application: string | null }>(
    em,
    `select p.id as project, a.id as application from projects p left join lateral (
       select id, name from applications
       where project_id = p.id and preview_of_id is null and deleted_at is ${archived ? 'not null' : 'null'}
         and (p.name, p.id, name, id) > ($1, $2::uuid, $3, $4::uuid)
       order by name, id limit $5
     ) a on true
     where p.name >= $1 and ($6::uuid is null or p.id = $6)
       and (a.id is not null or ($7 and (p.name, p.id) > ($1, $2::uuid)))
     order by p.name, p.id, a.name, a.id limit $8`,
    [from.projectName, from.project, from.name, from.application, Math.min(each, most + 1), within, empty, most + 1],
  );
  const shown = rows.slice(0, most);
  const last = shown.at(-1);
  return {
    entries: await load(em, shown),
    next: rows.length > most ? (last?.application ?? last?.project) : undefined,
  };
}

async function load(em: EntityManager, rows: { project: string; application: string | null }[]): Promise<Entry[]> {
  const ids = rows.flatMap(({ application }) => application ?? []);
  const applications = await em.find(Application, { id: { $in: ids } }, { populate: ['project'] });
  const bare = rows.flatMap(({ application, project }) => (application ? [] : project));
  const projects = bare.length > 0 ? await em.find(Project, { id: { $in: bare } }) : [];
  const applicationOf = new Map(applications.map((one) => [one.id, one]));
  const projectOf = new Map([...projects, ...applications.map((one) => one.project)].map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const project = projectOf.get(row.project);
    return project ? [{ project, application: applicationOf.get(row.application ?? '') }] : [];
  });
}
