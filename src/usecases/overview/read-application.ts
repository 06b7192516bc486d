import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Backup } from '../../entities/backup.ts';
import { Deployment } from '../../entities/deployment.ts';
import { Domain } from '../../entities/domain.ts';
import { EnvVar } from '../../entities/env-var.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { ScheduledDeployment } from '../../entities/scheduled-deployment.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UnavailableError } from '../../errors.ts';
import { hasProjectAccess } from '../access/project-access.ts';
import { findWaiting } from '../deployments/scheduled/scheduled-deployments.ts';
import type { Deps } from '../deps.ts';
import { certificateExpiries } from '../domains/list-domains.ts';
import { type ApplicationRows, type ApplicationTasks, readStatusRows, readTasks } from './read-status.ts';

type StoredVariable = Pick<EnvVar, 'key' | 'isSecret' | 'forBuild' | 'database'>;

const Id = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** What a page shows of each kind. */
const most = { deployments: 10, domains: 50, backups: 3 };

export interface NamedVariable {
  key: string;
  kind: 'plain' | 'secret' | 'build secret';
  /** The attached database whose connection string it is. */
  database: ManagedDatabase | undefined;
}

export interface AttachedDatabase {
  database: ManagedDatabase;
  /** The variables with its connection string. */
  keys: string[];
  /** Newest first. */
  backups: Backup[];
}

/** All that somebody who looks at one application wants to know. Values of variables stay where they are. */
export interface ApplicationDetails extends ApplicationRows {
  /** Undefined: Docker does not answer. */
  tasks: ApplicationTasks | undefined;
  /** Whether the person may deploy and configure it. */
  mayChange: boolean;
  /** Newest first. */
  deployments: Deployment[];
  /** Whether there is a version before the live one. */
  canGoBack: boolean;
  scheduled: ScheduledDeployment[];
  variables: NamedVariable[];
  domains: { domain: Domain; certificateExpiresAt: Date | undefined }[];
  databases: AttachedDatabase[];
}

/**
 * A fixed number of statements, however much the application has.
 * @throws {NotFoundError} when there is none with this id, or the person does not see it.
 */
export async function readApplication(deps: Deps, user: User, id: string): Promise<ApplicationDetails> {
  const rows = await deps.database.asUser(user.id).transactional(async (em) => {
    const application = Id.test(id)
      ? await em.findOne(Application, { id, deletedAt: null }, { populate: ['project'] })
      : null;
    if (!application) throw new NotFoundError('There is no such application, or you cannot see it.');
    const status = await readStatusRows(em, deps.config, application);
    const newest = { orderBy: { startedAt: 'desc' }, limit: most.deployments } as const;
    const stored = await em.find(
      EnvVar,
      { application },
      { populate: ['database.project'], orderBy: { key: 'asc' }, exclude: ['value'] },
    );
    return {
      ...status,
      mayChange: await hasProjectAccess(em, application.project, user, 'change'),
      deployments: await em.find(Deployment, { application }, newest),
      canGoBack: await hasEarlier(em, status.liveDeployment),
      scheduled: await findWaiting(em, application),
      variables: variablesOf(application, stored),
      domains: await domainsOf(em, application),
      databases: await databasesOf(em, stored),
    };
  });
  return { ...rows, tasks: await tasksOf(deps, rows.application) };
}

async function tasksOf(deps: Deps, application: Application): Promise<ApplicationTasks | undefined> {
  try {
    return await readTasks(deps, application);
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}

async function hasEarlier(em: EntityManager, live: Deployment | undefined): Promise<boolean> {
  if (!live) return false;
  const earlier = { application: live.application, status: 'success', startedAt: { $lt: live.startedAt } } as const;
  return (await em.findOne(Deployment, earlier, { fields: ['id'] })) !== null;
}

function variablesOf({ envVars }: Application, stored: readonly StoredVariable[]): NamedVariable[] {
  const plain = Object.keys(envVars).map((key) => ({ key, kind: 'plain' as const, database: undefined }));
  const others = stored.map(({ database, forBuild, isSecret, key }) => ({
    key,
    kind: forBuild ? ('build secret' as const) : isSecret ? ('secret' as const) : ('plain' as const),
    database: database ?? undefined,
  }));
  return [...plain, ...others].sort((one, other) => one.key.localeCompare(other.key));
}

async function domainsOf(em: EntityManager, { id }: Application): Promise<ApplicationDetails['domains']> {
  const domains = await em.find(
    Domain,
    { targetType: 'application', targetId: id },
    { populate: ['redirectTo'], orderBy: { domain: 'asc' }, limit: most.domains },
  );
  const expiries = await certificateExpiries(em, domains);
  return domains.map((domain) => ({ domain, certificateExpiresAt: expiries.get(domain.id) }));
}

async function databasesOf(em: EntityManager, stored: readonly StoredVariable[]): Promise<AttachedDatabase[]> {
  const attached = stored.flatMap(({ database, key }) => (database ? [{ database, key }] : []));
  const byDatabase = [...Map.groupBy(attached, ({ database }) => database)];
  const { rows } = await executeSql<{ id: string }>(
    em,
    `select newest.id from unnest($1::uuid[]) as wanted (id), lateral (
       select id from backups where database_id = wanted.id order by created_at desc limit $2
     ) newest`,
    [byDatabase.map(([{ id }]) => id), most.backups],
  );
  const ids = { id: { $in: rows.map(({ id }) => id) } };
  const backups = await em.find(Backup, ids, { orderBy: { createdAt: 'desc' } });
  const backupsOf = Map.groupBy(backups, ({ database }) => database.id);
  return byDatabase.map(([database, uses]) => ({
    database,
    keys: uses.map(({ key }) => key),
    backups: backupsOf.get(database.id) ?? [],
  }));
}
