import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import { User } from '../../entities/user.ts';
import { databaseName } from '../databases/find-database.ts';
import { askedIn } from './asked-in.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

export interface RestoreRequest {
  user: User;
  origin: Origin;
  database: string;
  /** Its id, the beginning of it, or `latest`; undefined when a moment is given. */
  backup?: string | undefined;
  /** A moment, as people write it. */
  at?: string | undefined;
  /** Another database of the same type; one that is not there is created. */
  into?: string | undefined;
  /** The person has confirmed that the current data will be replaced. */
  confirmed: boolean;
}

/** `ask`: nothing has been done yet; the person has to confirm. */
export interface RestoreAnswer {
  restore: Restore | undefined;
  backup: Backup;
  target: ManagedDatabase;
  /** The moment to which it is restored. */
  at?: Date | undefined;
  /** Usernames of possible approvers, when it needs approval. */
  approvers: string[];
}

interface NewRestore {
  backup: Backup;
  target: ManagedDatabase;
  /** Deadline of the approval; undefined: it needs none. */
  waitsUntil?: Date;
  /** The moment to restore, of a `base` backup. */
  at?: Date | undefined;
  /** The target was created for this restore and is still empty. */
  intoNew?: boolean;
}

/** Inserts the restore and its audit row inside the caller's transaction. */
export async function createRestore(
  em: EntityManager,
  { user, origin }: Pick<RestoreRequest, 'user' | 'origin'>,
  { at, backup, intoNew, target, waitsUntil }: NewRestore,
): Promise<Restore> {
  const asked = askedIn(origin);
  const restore = em.create(Restore, {
    id: randomUUID(),
    backup: em.getReference(Backup, backup.id),
    database: em.getReference(ManagedDatabase, target.id),
    status: waitsUntil ? 'waiting' : 'pending',
    requestedBy: em.getReference(User, user.id),
    expiresAt: waitsUntil ?? null,
    // Elsewhere nobody else reads what is posted.
    ...(waitsUntil && origin.shared && { platform: origin.platform, channel: origin.channel }),
    metadata: {
      requested_by: requesterOf(origin),
      ...(intoNew && { into_new: true }),
      ...(at && { at: at.toISOString() }),
      ...(asked && { asked }),
    },
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
