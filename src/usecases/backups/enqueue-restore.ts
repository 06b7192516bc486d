import type { EntityManager } from '../../database/database.ts';
import type { Backup } from '../../entities/backup.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Restore } from '../../entities/restore.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';

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

export async function enqueueRestore(deps: Deps, em: EntityManager, { id }: Restore): Promise<void> {
  const job = { name: restoreJobName, lane: 'long', key: `restore:${id}:0`, input: { restore: id } } as const;
  await deps.queue.enqueueJob(job, em);
}
