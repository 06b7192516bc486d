import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Backup } from '../../entities/backup.ts';
import { type DatabaseConfig, ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { applicationName } from '../applications/find-application.ts';
import { enqueueReconciling, enqueueRestore } from '../databases/database-jobs.ts';
import { databaseName } from '../databases/find-database.ts';
import { insertDatabase } from '../databases/insert-database.ts';
import type { Deps } from '../deps.ts';
import { removePreviewDatabases } from './remove-databases.ts';
import { mostDatabases, type WantedDatabase, wantedDatabases } from './wanted-databases.ts';

/** Limits of a task, unless the database that it stands in for has its own. */
export const previewLimits = { memory: '1g', cpus: '1' };
/** As long as the name of a service may be. */
const mostName = 63;

/**
 * Gives a preview the databases that its application's settings ask for, and removes those that they no longer do, or
 * that did not come up. Jobs start and fill them. What fits stays, with its data.
 * @throws {NotFoundError} when there is no verified backup to restore; {ConflictError} when there are too many.
 */
export async function ensurePreviewDatabases(deps: Deps, variant: Application, signal: AbortSignal): Promise<void> {
  const em = deps.database.asSystem();
  const wanted = await wantedDatabases(em, variant);
  const present = await em.find(ManagedDatabase, { variant }, { populate: ['project'] });
  const kept: ManagedDatabase[] = [];
  for (const database of present) {
    const match = wanted.find(({ original }) => original.id === database.standsFor?.id);
    if (match && (await fits(em, database, match))) kept.push(database);
  }
  const surplus = present.filter((database) => !kept.includes(database));
  await removePreviewDatabases(deps, surplus, signal);
  const missing = wanted.filter(({ original }) => !kept.some(({ standsFor }) => standsFor?.id === original.id));
  if (missing.length > 0) await deps.database.asSystem().transactional((own) => add(deps, own, variant, missing));
}

async function fits(
  em: EntityManager,
  database: ManagedDatabase,
  { original, terms }: WantedDatabase,
): Promise<boolean> {
  const { config, preview, status, type, version } = database;
  const isSame = type === original.type && version === original.version && config.image === original.config.image;
  if (!isSame || status === 'failed' || status === 'stopped') return false;
  if (preview?.data !== terms.data || preview.outside !== terms.outside) return false;
  return (await em.count(Restore, { database, status: 'failed' })) === 0;
}

async function add(deps: Deps, em: EntityManager, { id }: Application, missing: WantedDatabase[]): Promise<void> {
  const variant = await em.findOneOrFail(Application, id, { populate: ['project', 'previewOf.project'] });
  const { project } = variant;
  const there = await em.count(ManagedDatabase, { project, variant: { $ne: null } });
  if (there + missing.length > mostDatabases) {
    throw new ConflictError(
      `The previews of \`${project.name}\` have ${there} databases, and may have ${mostDatabases}. Close one that nobody ` +
        'needs: `preview list`.',
    );
  }
  for (const { original, terms } of missing) {
    const backup = terms.data === 'backup' ? await newestVerified(em, variant, original) : undefined;
    const { type, version } = original;
    const name = `${variant.sourceConfig.preview?.number ?? 0}-${original.name}-${id.slice(0, 8)}`.slice(0, mostName);
    const standsFor = em.getReference(ManagedDatabase, original.id);
    const config = configOf(original.config);
    const preview = { variant, standsFor, terms };
    const database = await insertDatabase(deps, em, { project, name, type, version, config, preview });
    await enqueueReconciling(deps, em, database.id);
    if (!backup) continue;
    const restore = em.create(Restore, {
      backup,
      database,
      status: 'pending',
      metadata: { requested_by: `preview ${variant.name}`, into_new: true },
    });
    await em.flush();
    await enqueueRestore(deps, em, restore);
  }
}

/** A drill has restored it: a preview neither reads from the running database nor finds out that a backup is bad. */
async function newestVerified(em: EntityManager, variant: Application, original: ManagedDatabase): Promise<Backup> {
  const good = {
    database: original.id,
    status: 'success',
    verifiedAt: { $ne: null },
    type: { $in: ['full', 'incremental'] },
  } as const;
  const [newest] = await em.find(Backup, good, { orderBy: { createdAt: 'desc' }, limit: 1 });
  if (newest) return newest;
  const found = await em.findOneOrFail(ManagedDatabase, original.id, { populate: ['project'] });
  const name = databaseName(found);
  const parent = variant.previewOf ? applicationName(variant.previewOf) : '<app>';
  throw new NotFoundError(
    `\`${name}\` has no verified backup to restore for the preview. Make one, \`db backup ${name}\`, and verify it: ` +
      `\`db verify ${name}\`. Or let previews begin without data: \`app set ${parent} previews-database=empty\`.`,
  );
}

function configOf({ restarts: _restarts, backup: _backup, pitr: _pitr, ...kept }: DatabaseConfig): DatabaseConfig {
  return { ...previewLimits, ...kept };
}
