import type { EntityManager } from '../../database/database.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { enqueueReconciling } from './database-jobs.ts';
import { databaseName, findDatabase, lockDatabaseRow } from './find-database.ts';
import { requireNotAway } from './server-lease.ts';

export interface DatabaseRequest {
  user: User;
  origin: Origin;
  /** `project/name`, or `name` where only one project has it. */
  name: string;
}

/** Stops its task; keeps the data if it is persistent. */
export async function stopDatabase(deps: Deps, request: DatabaseRequest): Promise<ManagedDatabase> {
  return control(deps, request, 'stop', (database) => {
    if (database.status === 'stopped') {
      throw new ConflictError(`\`${databaseName(database)}\` is already stopped.`);
    }
    database.status = 'stopped';
  });
}

/** Starts a stopped or failed database. */
export async function startDatabase(deps: Deps, request: DatabaseRequest): Promise<ManagedDatabase> {
  return control(deps, request, 'start', (database) => {
    if (database.status === 'running' || database.status === 'initializing') {
      const name = databaseName(database);
      throw new ConflictError(`\`${name}\` is already ${database.status}. To restart it: \`db restart ${name}\`.`);
    }
    database.status = 'initializing';
  });
}

/** Replaces its task. */
export async function restartDatabase(deps: Deps, request: DatabaseRequest): Promise<ManagedDatabase> {
  return control(deps, request, 'restart', (database) => {
    const { restarts = 0 } = database.config;
    Object.assign(database, { status: 'initializing', config: { ...database.config, restarts: restarts + 1 } });
  });
}

async function control(
  deps: Deps,
  request: DatabaseRequest,
  verb: 'stop' | 'start' | 'restart',
  apply: (database: ManagedDatabase) => void,
): Promise<ManagedDatabase> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em: EntityManager) => {
    const database = await findDatabase(em, request.name, access);
    await lockDatabaseRow(em, database);
    await requireNotAway(em, database);
    const before = database.status;
    apply(database);
    database.statusReason = null;
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: `database.${verb}`,
      resourceType: 'database',
      resourceId: database.id,
      details: { name: databaseName(database), before: { status: before }, after: { status: database.status } },
    });
    await enqueueReconciling(deps, em, database.id);
    return database;
  });
}
