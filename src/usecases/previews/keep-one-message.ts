import { executeSql, type EntityManager } from '../../database/database.ts';

/**
 * A preview has one live message per channel: that of its earlier deployments shows the new one from now on. Not while
 * it is being posted.
 */
export async function keepOneMessage(em: EntityManager, variantId: string, deploymentId: string): Promise<void> {
  await executeSql(
    em,
    `with kept as (
       select distinct on (m.platform, m.channel) m.id, m.platform, m.channel
       from chat_messages m join deployments d on d.id = m.deployment_id
       where d.application_id = $1 and d.id <> $2 and m.message is not null
       order by m.platform, m.channel, d.started_at desc
     ), instead as (
       delete from chat_messages m using kept
       where m.deployment_id = $2 and m.platform = kept.platform and m.channel = kept.channel and m.message is null
       returning kept.id
     )
     select id from instead`,
    [variantId, deploymentId],
  );
  await executeSql(
    em,
    `update chat_messages set deployment_id = $2, finished_at = null, replies = '[]'
     where id in (
       select distinct on (m.platform, m.channel) m.id
       from chat_messages m join deployments d on d.id = m.deployment_id
       where d.application_id = $1 and d.id <> $2 and m.message is not null and not exists (
         select from chat_messages n where n.deployment_id = $2 and n.platform = m.platform and n.channel = m.channel)
       order by m.platform, m.channel, d.started_at desc
     )`,
    [variantId, deploymentId],
  );
}
