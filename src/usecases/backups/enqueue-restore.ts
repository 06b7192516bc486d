import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import { User } from '../../entities/user.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

export const restoreJobName = 'restore-database';

export interface RestoreRequest {
  user: User;
  origin: Origin;
  database: string;
  /** Its id, the beginning of it, or `latest`. */
  backup: string;
  /** Another database of the same type; one that is not there is created. */
  into?: string | undefined;
  /** The person knows that what is in the database is replaced. */
  confirmed: boolean;
}

/** `ask`: nothing was done yet, the person has to confirm. */
export interface RestoreAnswer {
  restore: Restore | undefined;
  backup: Backup;
  target: ManagedDatabase;
  /** Who may approve it, when somebody has to. */
  approvers: string[];
}

interface NewRestore {
  backup: Backup;
  target: ManagedDatabase;
  /** Until when somebody else may approve it; undefined: it needs no approval. */
  waitsUntil?: Date;
  /** The target was created for it and holds nothing yet. */
  intoNew?: boolean;
}

/** The row of a restore that was asked for and its audit row, inside the caller's transaction. */
export async function createRestore(
  em: EntityManager,
  { user, origin }: Pick<RestoreRequest, 'user' | 'origin'>,
  { backup, intoNew, target, waitsUntil }: NewRestore,
): Promise<Restore> {
  const restore = em.create(Restore, {
    id: randomUUID(),
    backup: em.getReference(Backup, backup.id),
    database: em.getReference(ManagedDatabase, target.id),
    status: waitsUntil ? 'waiting' : 'pending',
    requestedBy: em.getReference(User, user.id),
    expiresAt: waitsUntil ?? null,
    metadata: { requested_by: requesterOf(origin), ...(intoNew && { into_new: true }) },
  });
  await em.flush();
  await recordAudit(em, {
    ...actor(user, origin),
    action: 'database.restore',
    resourceType: 'database',
    resourceId: target.id,
    details: { kind: 'backup', database: databaseName(target), backup: backup.id, restore: restore.id },
  });
  return restore;
}

export async function enqueueRestore(deps: Deps, em: EntityManager, { id }: Restore): Promise<void> {
  const job = { name: restoreJobName, lane: 'long', key: `restore:${id}:0`, input: { restore: id } } as const;
  await deps.queue.enqueueJob(job, em);
}
