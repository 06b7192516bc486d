import { executeSql } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { recordAudit } from '../record-audit.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { databaseName } from './find-database.ts';

/** A task younger than this may still be in a crash loop, milliseconds. */
const calmMs = 60_000;

/** Marks a running database without a task `failed`, and a failed one with a task `running`; notifies once of each. */
export async function reconcileDatabaseHealth(
  deps: Deps,
  { labels, name: service }: ServiceStatus,
  found: 'healthy' | 'unhealthy',
): Promise<void> {
  const id = labels[labelKeys.database];
  const [before, after] = found === 'unhealthy' ? ['running', 'failed'] : ['failed', 'running'];
  const { rows: changing } = await executeSql(
    deps.database.asSystem(),
    'select id from databases where id::text = $1 and status = $2',
    [id, before],
  );
  if (id === undefined || changing.length === 0) return;
  const { errors, lastEndedAt } = await deps.swarm.troubles(service);
  if (found === 'healthy' && Date.now() - (lastEndedAt?.getTime() ?? 0) <= calmMs) return;
  const reason = found === 'unhealthy' ? errors.join('; ') || 'its task is gone' : null;
  await deps.database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql(
      em,
      'update databases set status = $3, status_reason = $4 where id = $1 and status = $2 returning id',
      [id, before, after, reason],
    );
    if (rows.length === 0) return;
    const database = await em.findOneOrFail(ManagedDatabase, id, { populate: ['project'] });
    const name = databaseName(database);
    await recordAudit(em, { action: `database.${found}`, resourceType: 'database', resourceId: id, details: { name } });
    // What a preview does is told at its request.
    if (database.variant) return;
    await notify(em, {
      // Routes that receive the failure receive its end.
      severity: 'danger',
      resource: { projectId: database.project.id, name },
      subject: id,
      fact:
        reason === null
          ? { kind: 'database-healthy', database: name }
          : { kind: 'database-unhealthy', database: name, reason },
    });
  });
}
