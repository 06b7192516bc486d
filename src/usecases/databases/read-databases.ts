import { Backup } from '../../entities/backup.ts';
import { Domain } from '../../entities/domain.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import type { User } from '../../entities/user.ts';
import { Volume } from '../../entities/volume.ts';
import { serviceName } from '../../swarm/names.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { findProject } from '../access/find-project.ts';
import { pagePosition } from '../page-position.ts';
import { readBases, type Recoverable, stretches } from './recoverable.ts';
import { findDatabase } from './find-database.ts';

/** Most databases of a page. */
const most = 100;

/**
 * A page of the visible databases by project and name, of those after the one whose id starts with `after`; those of
 * previews only with `all`.
 */
export async function listDatabases(
  deps: Pick<Deps, 'database'>,
  user: User,
  { all = false, project, after }: { project?: string | undefined; after?: string | undefined; all?: boolean } = {},
): Promise<{ databases: ManagedDatabase[]; more: boolean }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const of = project === undefined ? {} : { project: await findProject(em, project) };
    const { projectName, project: projectId, name } = await pagePosition(em, after);
    const later = [
      { project: { name: { $gt: projectName } } },
      { project: { name: projectName, id: { $gt: projectId } } },
      { project: { id: projectId }, name: { $gt: name } },
    ];
    const found = await em.find(
      ManagedDatabase,
      { $and: [of, all ? {} : { variant: null }, { $or: later }] },
      {
        populate: ['project', 'variant'],
        orderBy: { project: { name: 'asc', id: 'asc' }, name: 'asc' },
        limit: most + 1,
      },
    );
    return { databases: found.slice(0, most), more: found.length > most };
  });
}

export interface DatabaseDetails {
  database: ManagedDatabase;
  volume: Volume | null;
  attached: { application: string; key: string }[];
  lastBackup: Backup | null;
  /** To which moments it can be restored, oldest first. */
  recoverable: Recoverable[];
  /** The newest restore into it. */
  lastRestore: Restore | null;
  /** Where clients outside the swarm reach it. */
  domains: Domain[];
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
      recoverable: stretches(await readBases(em, database)),
      lastRestore: await em.findOne(Restore, { database, metadata: { into: null } }, newest),
      domains: await em.find(Domain, { targetType: 'database', targetId: database.id }, { orderBy: { port: 'asc' } }),
      host: serviceName(database.project.name, database.name, database.id),
    };
  });
}
