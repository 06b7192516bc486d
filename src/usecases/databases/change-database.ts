import { databaseEngines } from '../../database-engines/registry.ts';
import { compareVersions, majorOf } from '../../database-engines/versions.ts';
import type { DatabaseConfig, ManagedDatabase } from '../../entities/managed-database.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor } from '../origin.ts';
import type { DatabaseRequest } from './control-database.ts';
import { type DatabaseSettings, readConfig, readVersion } from './database-settings.ts';
import { settingsInEffect } from './database-server.ts';
import { enqueueReconciling } from './database-jobs.ts';
import { databaseName, findDatabase, lockDatabaseRow } from './find-database.ts';
import { requireNotAway } from './server-lease.ts';

export interface ChangedDatabase {
  database: ManagedDatabase;
  /** Moves to another major version and keeps its data. */
  upgraded: boolean;
}

/**
 * Changes how a database runs: settings, limits, image, version. If the server does not come up, the change is rolled
 * back.
 * @throws {UsageError} when a value is refused; {ConflictError} when the data is incompatible, or a snapshot is
 * running.
 */
export async function changeDatabase(
  deps: Deps,
  request: DatabaseRequest & DatabaseSettings,
): Promise<ChangedDatabase> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.name, access);
    await lockDatabaseRow(em, database);
    await requireNotAway(em, database);
    const before = { version: database.version, config: database.config };
    const changes = readConfig(deps.config, databaseEngines[database.type], request);
    const version = readVersion(request) ?? database.version;
    requireSomething(database, changes, version);
    requireUpgradePath(database, version);
    if ('persistent' in changes && changes.persistent !== (before.config.persistent ?? true)) {
      throw new UsageError(
        '`persistent` is fixed when a database is created. Create another database and move the data.',
      );
    }
    requirePrepared(database, changes);
    database.version = version;
    database.config = { ...before.config, ...changes };
    // A version without an image means the official image.
    if (request.version !== undefined && request.image === undefined) delete database.config.image;
    if (database.status !== 'stopped') database.status = 'initializing';
    database.statusReason = null;
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'database.set',
      resourceType: 'database',
      resourceId: database.id,
      details: {
        name: databaseName(database),
        before: { version: before.version, ...before.config },
        after: { version, ...database.config },
      },
    });
    await enqueueReconciling(deps, em, database.id, before);
    return { database, upgraded: majorOf(version) !== majorOf(before.version) };
  });
}

function requireSomething(database: ManagedDatabase, changes: object, version: string): void {
  if (Object.keys(changes).length > 0 || version !== database.version) return;
  const name = databaseName(database);
  throw new UsageError(
    `Nothing to change. Give at least one setting, e.g. \`db set ${name} --config max_connections=200\`.`,
  );
}

/** @throws {ConflictError} when a server that runs would have to get ready for the change first. */
function requirePrepared(database: ManagedDatabase, changes: DatabaseConfig): void {
  const { config, status, type } = database;
  if (status !== 'stopped' || config.persistent === false) return;
  const engine = databaseEngines[type];
  const [before, after] = [config, { ...config, ...changes }].map((one) => settingsInEffect(engine, one));
  const obstacle = before && after && engine.preparation?.obstacle(before, after);
  if (obstacle === undefined) return;
  throw new ConflictError(`${obstacle.why}. Start it first: \`db start ${databaseName(database)}\`.`);
}

/** @throws {ConflictError} when the new version cannot read the current data. */
function requireUpgradePath(database: ManagedDatabase, version: string): void {
  const { config, type, version: present } = database;
  if (compareVersions(version, present) < 0) {
    throw new ConflictError(
      `${version} is older than ${present}, whose data it cannot read. ${another(database, version)}`,
    );
  }
  if (config.persistent === false) return;
  const obstacle = databaseEngines[type].upgradeObstacle(present, version);
  if (obstacle) throw new ConflictError(`${obstacle}. ${another(database, version)}`);
}

function another({ name, project, type }: ManagedDatabase, version: string): string {
  return (
    `Create another, \`db create ${project.name}/${name}-${majorOf(version)} --type ${type} --version ${version}\`, ` +
    'and restore a backup into it.'
  );
}
