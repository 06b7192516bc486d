import { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { findDatabase } from '../databases/find-database.ts';

/** What fits a chat message; the rotation keeps fewer. */
const newest = 50;

export interface BackupList {
  database: ManagedDatabase;
  /** Newest first. */
  backups: Backup[];
  /** Waiting and running restores, and the last finished ones. */
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
