import { databaseEngines } from '../../database-engines/registry.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { createDatabaseWithin } from '../databases/create-database.ts';
import { settingsInEffect } from '../databases/database-server.ts';
import { findDatabase } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { timeZoneOf } from '../people/time-zone.ts';
import { findWanted } from './find-wanted.ts';
import { enqueueRestore } from '../databases/database-jobs.ts';
import { createRestore, type RestoreAnswer, type RestoreRequest } from './enqueue-restore.ts';

export async function isThere(deps: Deps, user: User, name: string): Promise<boolean> {
  try {
    await deps.database.asUser(user.id).transactional((em) => findDatabase(em, name));
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** Needs no approval since nothing is replaced. All of it or nothing is requested. The new database gets the backup's type, version and settings. */
export async function restoreIntoNew(deps: Deps, request: RestoreRequest & { into: string }): Promise<RestoreAnswer> {
  const { into, origin, user } = request;
  const zone = await timeZoneOf(user, origin);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const source = await findDatabase(em, request.database, { user, intent: 'change' });
    const { at, backup } = await findWanted(em, source, { ...request, zone });
    if (backup.status !== 'success' || backup.type === 'snapshot') {
      throw new ConflictError(
        `That is a ${backup.type} backup which is \`${backup.status}\`. A new database is filled from a good ` +
          '`full` or `incremental` one.',
      );
    }
    const { config, project, type, version } = source;
    const settings = Object.entries(settingsInEffect(databaseEngines[type], config));
    const target = await createDatabaseWithin(deps, em, {
      user,
      origin,
      name: into.includes('/') ? into : `${project.name}/${into}`,
      type,
      version,
      image: config.image,
      settings: settings.map(([key, value]) => [key, String(value)]),
    });
    const restore = await createRestore(em, request, { at, backup, target, intoNew: true });
    await enqueueRestore(deps, em, restore);
    return { at, restore, backup, target, approvers: [] };
  });
}
