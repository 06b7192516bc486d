import { databaseEngines } from '../../database-engines/registry.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { type DatabaseType, ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { recordAudit } from '../record-audit.ts';
import { findProject } from '../access/find-project.ts';
import { actor, type Origin } from '../origin.ts';
import { requireName } from '../resource-name.ts';
import { type DatabaseSettings, readConfig, readVersion } from './database-settings.ts';
import { enqueueReconciling } from './database-jobs.ts';
import { insertDatabase } from './insert-database.ts';

export interface NewDatabase extends DatabaseSettings {
  user: User;
  origin: Origin;
  /** `project/name` */
  name: string;
  type: DatabaseType;
}

/**
 * Creates a database with its volume and credentials; a job starts it.
 * @throws {UsageError} when a name or setting is refused; {ConflictError} when the name is taken in the project.
 */
export async function createDatabase(deps: Deps, request: NewDatabase): Promise<ManagedDatabase> {
  return deps.database.asUser(request.user.id).transactional((em) => createDatabaseWithin(deps, em, request));
}

/** The same inside a transaction of the person. */
export async function createDatabaseWithin(
  deps: Deps,
  em: EntityManager,
  request: NewDatabase,
): Promise<ManagedDatabase> {
  const [projectName = '', name, ...more] = request.name.trim().split('/');
  if (name === undefined || more.length > 0) {
    throw new UsageError(`Include the project in the name, e.g. \`${projectName || 'shop'}/orders\`.`);
  }
  requireName('database', name);
  const engine = databaseEngines[request.type];
  const config = readConfig(deps.config, engine, request);
  const version = readVersion(request) ?? engine.defaultVersion;
  const project = await findProject(em, projectName, { user: request.user, intent: 'manage' });
  await requireFreeName(em, project, name);
  const { type } = request;
  const database = await insertDatabase(deps, em, { project, name, type, version, config });
  const { id } = database;
  await recordAudit(em, {
    ...actor(request.user, request.origin),
    action: 'database.create',
    resourceType: 'database',
    resourceId: id,
    details: { name: request.name, type, after: { version, ...config } },
  });
  await enqueueReconciling(deps, em, id);
  return database;
}

async function requireFreeName(em: EntityManager, project: { id: string; name: string }, name: string): Promise<void> {
  await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`database:${project.id}/${name}`]);
  if ((await em.count(ManagedDatabase, { project: project.id, name })) === 0) return;
  const full = `${project.name}/${name}`;
  throw new ConflictError(`\`${full}\` already exists. See \`db show ${full}\`.`);
}
