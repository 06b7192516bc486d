import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';

/**
 * Whether a channel hears of an application anyway: a notification route sends its events there, it or its project is
 * the channel's default, or one of its live messages is there. A thread is its channel.
 */
export async function isShownIn(
  { database }: Pick<Deps, 'database'>,
  { channel: place, platform }: Pick<Origin, 'channel' | 'platform'>,
  application: string,
): Promise<boolean> {
  const [channel = place] = place.split('/');
  return database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ shown: boolean }>(
      em,
      `select exists (
         select from notification_routes r
         where r.platform = $1 and r.channel = $2 and (r.project_id is null or r.project_id = p.id)
           and p.name || '/' || a.name like replace(r.pattern, '*', '%')
       ) or exists (
         select from channel_defaults d
         where d.platform = $1 and d.channel = $2 and d.project_id = p.id
           and (d.application_id is null or d.application_id = a.id)
       ) or exists (
         select from chat_messages m join deployments e on e.id = m.deployment_id
         where m.platform = $1 and split_part(m.channel, '/', 1) = $2 and m.message is not null
           and e.application_id = a.id
       ) as shown
       from applications a join projects p on p.id = a.project_id where a.id = $3`,
      [platform, channel, application],
    );
    return rows[0]?.shown ?? false;
  });
}
