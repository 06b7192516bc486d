import { executeSql, type EntityManager, LockMode } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';
import { databaseLease } from '../databases/database-lease.ts';
import { dueBackup } from '../databases/backup-times.ts';
import { backUpJobName, enqueueBackup } from './request-backup.ts';
import { restoreJobName } from '../databases/database-jobs.ts';

/** Requester in rows that the schedule inserts. */
const bySchedule = 'schedule';
/** A row without a worker for this long is enqueued again. */
const lostAfter = '3 minutes';

/** Enqueues the backups that are due, and again whatever a dead process left. */
export async function scheduleBackups(deps: Deps): Promise<string> {
  const databases = await deps.database.asSystem().find(ManagedDatabase, { status: 'running', variant: null });
  let asked = 0;
  for (const { id } of databases) asked += await deps.database.asSystem().transactional((em) => ask(deps, em, id));
  const again = await takeUpAgain(deps);
  return `${asked} of ${databases.length} databases due${again > 0 ? `, ${again} resumed` : ''}`;
}

/** Locks the database's row, so that only one of two concurrent schedulers enqueues. */
async function ask(deps: Deps, em: EntityManager, id: string): Promise<number> {
  const database = await em.findOne(
    ManagedDatabase,
    { id, status: 'running' },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!database) return 0;
  const [last] = await em.find(
    Backup,
    { database, type: { $ne: 'base' }, metadata: { requested_by: bySchedule } },
    { orderBy: { createdAt: 'desc' }, limit: 1 },
  );
  const type = dueBackup(database, last?.createdAt);
  if (!type || last?.status === 'pending' || last?.status === 'running') return 0;
  await enqueueBackup(deps, em, database, type, bySchedule);
  if (database.config['pitr'] === true) await enqueueBackup(deps, em, database, 'base', bySchedule);
  return 1;
}

interface Left {
  id: string;
  database_id: string;
  kind: 'backup' | 'restore';
  attempts: number;
}

async function takeUpAgain(deps: Deps): Promise<number> {
  const { rows } = await executeSql<Left>(
    deps.database.asSystem(),
    `select id, database_id, 'backup' as kind, coalesce((metadata ->> 'attempts')::int, 0) as attempts
     from backups where status in ('pending', 'running') and created_at < now() - interval '${lostAfter}'
     union all
     select id, database_id, 'restore', coalesce((metadata ->> 'attempts')::int, 0)
     from restores where status in ('pending', 'running') and coalesce(decided_at, created_at) < now() - interval '${lostAfter}'`,
  );
  let again = 0;
  for (const { attempts, database_id: databaseId, id, kind } of rows) {
    if (await deps.leases.isHeld(databaseLease(databaseId))) continue;
    const [name, prefix] = kind === 'backup' ? [backUpJobName, 'back-up'] : [restoreJobName, 'restore'];
    await deps.queue.enqueueJob({ name, lane: 'long', key: `${prefix}:${id}:${attempts}`, input: { [kind]: id } });
    again += 1;
  }
  return again;
}
