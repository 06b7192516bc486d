import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { AskedIn } from '../../entities/backup-metadata.ts';
import { Backup, type BackupType } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { askedIn } from './asked-in.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';

export const backUpJobName = 'back-up-database';

export interface BackupRequest {
  user: User;
  origin: Origin;
  database: string;
  type: BackupType;
}

/**
 * Requests a backup: inserts its row, its job and its audit row in one transaction.
 * @throws {ConflictError} while a backup of the same type is waiting or running.
 */
export async function requestBackup(deps: Deps, request: BackupRequest): Promise<Backup> {
  const { user, origin, type } = request;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.database, { user, intent: 'change' });
    const name = databaseName(database);
    if (database.status !== 'running') {
      throw new ConflictError(
        `\`${name}\` is \`${database.status}\`; only a running database can be backed up. See \`db show ${name}\`.`,
      );
    }
    const [under] = await em.find(Backup, { database, type, status: { $in: ['pending', 'running'] } }, { limit: 1 });
    if (under) {
      throw new ConflictError(`A backup of this type is already running. Follow it with \`db backups ${name}\`.`);
    }
    const backup = await enqueueBackup(deps, em, database, type, requesterOf(origin), askedIn(origin));
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'database.backup',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name, backup: backup.id, type },
    });
    return backup;
  });
}

/** Inserts a backup and its job inside the caller's transaction. */
export async function enqueueBackup(
  deps: Deps,
  em: EntityManager,
  database: ManagedDatabase,
  type: BackupType,
  requestedBy: string,
  asked?: AskedIn,
): Promise<Backup> {
  const backup = await createBackup(em, database, type, requestedBy, asked);
  const { id } = backup;
  await deps.queue.enqueueJob({ name: backUpJobName, lane: 'long', key: `back-up:${id}:0`, input: { backup: id } }, em);
  return backup;
}

/** Inserts a backup that the caller runs. */
export async function createBackup(
  em: EntityManager,
  database: ManagedDatabase,
  type: BackupType,
  requestedBy: string,
  asked?: AskedIn,
): Promise<Backup> {
  const backup = em.create(Backup, {
    id: randomUUID(),
    database: em.getReference(ManagedDatabase, database.id),
    type,
    metadata: { requested_by: requestedBy, ...(asked && { asked }) },
  });
  await em.flush();
  return backup;
}
