import { randomBytes, randomUUID } from 'node:crypto';
import type { BackupRepository } from '../../backup-store/backup-store.ts';
import { currentLocation, storeLocation } from '../../backup-store/location.ts';
import { LockMode } from '../../database/database.ts';
import { BackupStore } from '../../entities/backup-store.ts';
import { Backup, type BackupType, backupTypes } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Project } from '../../entities/project.ts';
import type { Deps } from '../deps.ts';
import { databaseName } from '../databases/find-database.ts';

/** Name of a backup's data in its repository. */
export const dataName = 'data';

/** The backup store of a database, created with its first backup. */
export async function storeOf(deps: Deps, database: ManagedDatabase): Promise<BackupStore> {
  return deps.database.asSystem().transactional(async (em) => {
    // Two concurrent first backups create one store.
    await em.findOneOrFail(ManagedDatabase, database.id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const present = await em.findOne(BackupStore, { database });
    if (present) return present;
    const id = randomUUID();
    return em.create(BackupStore, {
      id,
      project: em.getReference(Project, database.project.id),
      database: em.getReference(ManagedDatabase, database.id),
      name: databaseName(database),
      location: storeLocation(deps.config, id),
      password: deps.cipher.encrypt(randomBytes(32).toString('base64url'), passwordIdentity(id)),
    });
  });
}

export function passwordIdentity(storeId: string): string {
  return `backup_stores:${storeId}:password`;
}

/**
 * `full` backups have their own repository, so damage to the other one cannot affect them. `base` ones have it together
 * with the log behind them, and go with it.
 */
export function resticRepository(
  deps: Pick<Deps, 'cipher' | 'config'>,
  { id, location, password }: BackupStore,
  backup: Pick<Backup, 'id' | 'type'>,
): BackupRepository {
  return {
    location: `${currentLocation(deps.config.dataDir, { id, location })}/${hasOwn(backup.type) ? `${backup.type}-${backup.id}` : 'shared'}`,
    password: deps.cipher.decrypt(password, passwordIdentity(id)),
  };
}

/** Whether a backup has a repository of its own. */
export function hasOwn(type: BackupType): boolean {
  return type === 'full' || type === 'base';
}

/**
 * Opens the repository for a backup, and creates it if nothing is in it yet: a repository of its own, or the shared one
 * before its first backup.
 * @throws {StoreError} when the shared one is missing though it has backups.
 */
export async function openForBackup(
  deps: Deps,
  repository: BackupRepository,
  { database, type }: Backup,
  signal: AbortSignal,
): Promise<void> {
  if (hasOwn(type) || !(await hasShared(deps, database))) return deps.backupStore.create(repository, signal);
  return deps.backupStore.open(repository, signal);
}

async function hasShared(deps: Deps, database: Pick<ManagedDatabase, 'id'>): Promise<boolean> {
  const shared = backupTypes.filter((type) => !hasOwn(type));
  const stored = { database: database.id, status: 'success', type: { $in: shared } } as const;
  return (await deps.database.asSystem().count(Backup, stored)) > 0;
}
