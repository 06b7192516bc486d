import { executeSql } from '../../database/database.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { recordAudit } from '../record-audit.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { databaseName } from './find-database.ts';

/** One that ended moments ago and runs now is in a crash loop still. */
const calmMs = 60_000;

/** A database that runs and has lost its task is `failed` from then on, one that has it again `running`; told once. */
export async function settleDatabaseHealth(
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
    await notify(em, {
      event: 'unhealthy',
      // Who heard of the one hears of the other.
      severity: 'danger',
      resource: { projectId: database.project.id, name },
      subject: id,
      reply: {
        tone: found === 'unhealthy' ? 'danger' : 'success',
        title: `The database ${name} is ${found}`,
        text: reason ? `It does not answer: ${reason}.` : 'It answers again.',
        actions: [
          { label: 'Logs', command: `db logs ${name}` },
          { label: 'Show', command: `db show ${name}` },
        ],
      },
    });
  });
}
