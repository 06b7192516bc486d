import { BackupStore } from '../../entities/backup-store.ts';
import { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';
import { passwordIdentity } from './restic-repositories.ts';

/** As many as a chat message shows; the rotation keeps fewer. */
const newest = 50;

export interface BackupList {
  database: ManagedDatabase;
  /** Newest first. */
  backups: Backup[];
  /** Restores that wait or run, and the last that ended. */
  restores: Restore[];
}

export async function listBackups(deps: Deps, user: User, name: string): Promise<BackupList> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, name, { user, intent: 'read' });
    const order = { orderBy: { createdAt: 'desc' } } as const;
    const backups = await em.find(Backup, { database }, { ...order, limit: newest });
    const restores = await em.find(Restore, { database }, { ...order, limit: 3, populate: ['backup'] });
    return { database, backups, restores };
  });
}

/** What opens a database's repositories without Shipmate. */
export interface StoreKey {
  name: string;
  location: string;
  password: string;
}

/** @throws {NotFoundError} before the first backup. */
export async function readStoreKey(deps: Deps, user: User, origin: Origin, given: string): Promise<StoreKey> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, given, { user, intent: 'manage' });
    const name = databaseName(database);
    const store = await em.findOne(BackupStore, { database });
    if (!store) throw new NotFoundError(`\`${name}\` has no backup yet. \`db backup ${name}\` makes one.`);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'database.backup_key',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name },
    });
    const password = deps.cipher.decrypt(store.password, passwordIdentity(store.id));
    return { name, location: store.location, password };
  });
}
