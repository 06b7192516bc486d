import { type EntityManager, executeSql, raw } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { AuditLog, type AuditResourceType } from '../../entities/audit-log.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { findApplication } from '../applications/find-application.ts';
import { findProject } from '../access/find-project.ts';
import { findUser } from '../access/find-user.ts';

export interface AuditFilter {
  /** Username of the actor. */
  username?: string | undefined;
  /** `project/app`, archived ones included. */
  application?: string | undefined;
  project?: string | undefined;
  /** An action, or a prefix followed by `*`. */
  action?: string | undefined;
  resourceType?: AuditResourceType | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  /** Only entries older than the one with this id. */
  before?: number | undefined;
  limit: number;
}

export interface AuditPage {
  entries: AuditLog[];
  /** Value of `before` for the next page; undefined on the last one. */
  next: number | undefined;
}

/** Entries that the person may see, newest first. */
export async function readAudit(deps: Deps, user: User, filter: AuditFilter): Promise<AuditPage> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const by = filter.username ? await findUser(em, filter.username) : undefined;
    const resources = await resourceIds(em, filter);
    const after = filter.before === undefined ? undefined : await entryPosition(em, filter.before);
    const entries = await em.find(
      AuditLog,
      {
        ...(by && { user: by.id }),
        ...(resources && { resourceId: { $in: resources } }),
        ...(filter.resourceType && { resourceType: filter.resourceType }),
        ...(filter.action && { action: actionCondition(filter.action) }),
        createdAt: {
          ...(filter.since && { $gte: filter.since }),
          ...(filter.until && { $lt: filter.until }),
        },
        ...(filter.before !== undefined && after && { [olderThan(after, filter.before)]: [] }),
      },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: filter.limit + 1, populate: ['user'] },
    );
    const shown = entries.slice(0, filter.limit);
    return { entries: shown, next: entries.length > filter.limit ? shown.at(-1)?.id : undefined };
  });
}

function actionCondition(action: string): string | { $like: string } {
  if (!action.endsWith('*')) return action;
  return { $like: `${action.slice(0, -1).replaceAll(/[\\%_]/g, String.raw`\$&`)}%` };
}

/** Creation time to the microsecond; ids alone are not chronological. */
async function entryPosition(em: EntityManager, id: number): Promise<string> {
  const { rows } = await executeSql<{ at: string }>(em, 'select created_at::text as at from audit_logs where id = $1', [
    id,
  ]);
  if (rows[0]) return rows[0].at;
  throw new UsageError(`There is no audit entry ${id}. The end of each page shows where the next one starts.`);
}

/** Only the first comparison lets PostgreSQL prune partitions. */
function olderThan(at: string, id: number) {
  return raw(
    (table) => `${table}.created_at <= ?::timestamptz and (${table}.created_at, ${table}.id) < (?::timestamptz, ?)`,
    [at, at, id],
  );
}

/** Ids of the resources to filter by; undefined: no filter. */
export async function resourceIds(em: EntityManager, filter: AuditFilter): Promise<string[] | undefined> {
  if (filter.application) {
    const application = await findAny(em, filter.application);
    return [application.id, ...(await deploymentIds(em, [application.id]))];
  }
  if (!filter.project) return undefined;
  const project = await findProject(em, filter.project);
  const applications = (await em.find(Application, { project }, { fields: ['id'] })).map(({ id }) => id);
  return [project.id, ...applications, ...(await deploymentIds(em, applications))];
}

/** The live application of that name, else the most recently archived one. */
async function findAny(em: EntityManager, name: string): Promise<Pick<Application, 'id'>> {
  try {
    return await findApplication(em, name);
  } catch (error) {
    const [project, app] = name.toLowerCase().split('/');
    const [archived] = await em.find(
      Application,
      app === undefined ? { name: project ?? '' } : { name: app, project: { name: project ?? '' } },
      { orderBy: { deletedAt: 'desc' }, limit: 1 },
    );
    if (!archived || !(error instanceof NotFoundError)) throw error;
    return archived;
  }
}

/** Ids of the newest 1,000 deployments. */
async function deploymentIds(em: EntityManager, applications: string[]): Promise<string[]> {
  const { rows } = await executeSql<{ id: string }>(
    em,
    'select id from deployments where application_id = any ($1) order by started_at desc limit 1000',
    [applications],
  );
  return rows.map(({ id }) => id);
}
