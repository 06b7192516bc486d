import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { AskedIn } from '../../entities/backup-metadata.ts';
import type { User } from '../../entities/user.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { dueDrill } from '../databases/backup-times.ts';
import { askedIn } from './asked-in.ts';
import { findBackup } from './find-backup.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';

export const drillJobName = 'restore-drill';

interface Newest {
  id: string;
  database_id: string;
  /** ISO 8601. */
  drilled: string | null;
}

/** Enqueues the drills that are due, each with the newest successful backup of a database that can be restored. */
export async function requestDrills(deps: Deps, now = new Date()): Promise<string> {
  const { rows } = await executeSql<Newest>(
    deps.database.asSystem(),
    `select distinct on (b.database_id, b.type = 'base') b.id, b.database_id,
       (select max(d.metadata #>> '{drill,at}') from backups d where d.database_id = b.database_id
         and (d.type = 'base') = (b.type = 'base')) as drilled
     from backups b where b.status = 'success'
       and (b.type <> 'base' or b.metadata #>> '{log,until}' >= b.metadata #>> '{log,since}') order by b.database_id, b.type = 'base', b.created_at desc`,
  );
  const due = rows.filter((row) =>
    dueDrill(row.database_id, row.drilled === null ? undefined : new Date(row.drilled), now),
  );
  const day = now.toISOString().slice(0, 13);
  for (const { id } of due) await enqueueDrill(deps, undefined, id, `drill:${id}:${day}`);
  return `${due.length} of ${rows.length} databases due`;
}

/** Enqueues a drill of one backup, `latest` by default. @returns `project/database` and the backup's id. */
export async function requestDrill(
  deps: Deps,
  request: { user: User; origin: Origin; database: string; backup?: string | undefined },
): Promise<{ name: string; backup: string }> {
  const { user, origin } = request;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.database, { user, intent: 'change' });
    const { id } = await findBackup(em, database, request.backup ?? 'latest');
    await enqueueDrill(deps, em, id, `drill:${id}:${randomUUID()}`);
    const asked = askedIn(origin);
    if (asked) await noteAsked(deps, id, asked);
    const name = databaseName(database);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'database.verify',
      resourceType: 'database',
      resourceId: database.id,
      details: { kind: 'backup', database: name, backup: id },
    });
    return { name, backup: id };
  });
}

/** As the system, since a member may ask for a drill but not change a backup. In vain if the request fails after it. */
async function noteAsked(deps: Deps, id: string, asked: AskedIn): Promise<void> {
  await executeSql(
    deps.database.asSystem(),
    `update backups set metadata = metadata || jsonb_build_object('drill_asked', $2::jsonb) where id = $1`,
    [id, JSON.stringify(asked)],
  );
}

async function enqueueDrill(deps: Deps, em: EntityManager | undefined, id: string, key: string): Promise<void> {
  await deps.queue.enqueueJob({ name: drillJobName, lane: 'long', key, input: { backup: id } }, em);
}
