import { Backup } from '../../entities/backup.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError } from '../../errors.ts';
import { serviceName } from '../../swarm/names.ts';
import type { LogOptions } from '../../swarm/swarm.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { findProject } from '../access/find-project.ts';
import { actor } from '../origin.ts';
import type { DatabaseRequest } from './control-database.ts';
import { loadServer } from './database-server.ts';
import { databaseName, findDatabase } from './find-database.ts';

/** Databases that the person sees, by name, at most 1 000; of one project when it is named. */
export async function listDatabases(
  deps: Pick<Deps, 'database'>,
  user: User,
  project?: string,
): Promise<ManagedDatabase[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const of = project === undefined ? {} : { project: await findProject(em, project) };
    return em.find(ManagedDatabase, of, {
      populate: ['project'],
      orderBy: { project: { name: 'asc' }, name: 'asc' },
      limit: 1_000,
    });
  });
}

export interface DatabaseDetails {
  database: ManagedDatabase;
  volume: Volume | null;
  attached: { application: string; key: string }[];
  lastBackup: Backup | null;
  /** Host name in the project's network. */
  host: string;
}

export async function readDatabase(deps: Pick<Deps, 'database'>, user: User, name: string): Promise<DatabaseDetails> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, name);
    const variables = await em.find(
      EnvVar,
      { database },
      { populate: ['application.project'], orderBy: { key: 'asc' } },
    );
    const newest = { orderBy: { createdAt: 'desc' } } as const;
    return {
      database,
      volume: await em.findOne(Volume, { database }),
      attached: variables.map(({ application, key }) => ({ application: applicationName(application), key })),
      lastBackup: await em.findOne(Backup, { database, status: 'success' }, newest),
      host: serviceName(database.project.name, database.name, database.id),
    };
  });
}

/** The connection string, for those who may change the database; that it was read is recorded. */
export async function readCredentials(deps: Deps, request: DatabaseRequest): Promise<string> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.name, access);
    const { connectionUrl } = await loadServer(deps, em, database);
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'database.read_credentials',
      resourceType: 'database',
      resourceId: database.id,
      details: { name: databaseName(database) },
    });
    return connectionUrl;
  });
}

/** What its server printed last. */
export async function readDatabaseLogs(
  deps: Deps,
  user: User,
  name: string,
  options: LogOptions,
): Promise<{ database: ManagedDatabase; lines: string[] }> {
  const { database, host } = await readDatabase(deps, user, name);
  if (!(await deps.swarm.inspect(host))) {
    const full = databaseName(database);
    throw new ConflictError(`\`${full}\` has no service now, and so no logs. \`db show ${full}\` tells why.`);
  }
  return { database, lines: await deps.swarm.logs(host, options) };
}
