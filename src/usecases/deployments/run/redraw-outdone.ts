import { executeSql, type EntityManager } from '../../../database/database.ts';
import type { Deployment } from '../../../entities/deployment.ts';

/** Messages that one success redraws at most: each is an edit, of which platforms allow few. */
const most = 20;

/**
 * Has the messages of the deployments since the version before drawn once more: their buttons would take back or replace
 * what is live now. Those older than a week are left as they are; their buttons answer with a sentence.
 */
export async function redrawOutdone(
  em: EntityManager,
  { application, id, startedAt }: Pick<Deployment, 'application' | 'id' | 'startedAt'>,
): Promise<void> {
  await executeSql(
    em,
    `update chat_messages set finished_at = null where id in (
       select m.id from chat_messages m join deployments d on d.id = m.deployment_id
       where d.application_id = $1 and d.id <> $2 and d.started_at <= $3 and d.completed_at is not null
         and d.started_at >= coalesce((
           select max(started_at) from deployments
           where application_id = $1 and id <> $2 and status = 'success' and started_at <= $3
         ), '-infinity')
         and d.metadata ->> 'reason' is distinct from 'superseded'
         and m.finished_at is not null and m.message is not null and m.platform <> 'console'
         and m.created_at > now() - interval '7 days'
       order by d.started_at desc limit ${most}
     )`,
    [application.id, id, startedAt],
  );
}
