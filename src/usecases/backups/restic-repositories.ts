import { randomBytes, randomUUID } from 'node:crypto';
import type { BackupRepository } from '../../backup-store/backup-store.ts';
import { storeLocation } from '../../backup-store/location.ts';
import { LockMode } from '../../database/database.ts';
import { BackupStore } from '../../entities/backup-store.ts';
import type { Backup, BackupType } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Project } from '../../entities/project.ts';
import type { Deps } from '../deps.ts';
import { databaseName } from '../databases/find-database.ts';

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
  deps: Pick<Deps, 'cipher'>,
  { id, location, password }: BackupStore,
  backup: Pick<Backup, 'id' | 'type'>,
): BackupRepository {
  return {
    location: `${location}/${hasOwn(backup.type) ? `${backup.type}-${backup.id}` : 'shared'}`,
    password: deps.cipher.decrypt(password, passwordIdentity(id)),
  };
}

/** Whether a backup has a repository of its own. */
export function hasOwn(type: BackupType): boolean {
  return type === 'full' || type === 'base';
}
