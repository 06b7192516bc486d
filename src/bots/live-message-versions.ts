import type { Deps } from '../usecases/deps.ts';
import { versionOf } from '../usecases/deployments/deployment-positions.ts';
import type { Bot } from './bot.ts';

/** A deployment of which some messages do not show the end yet. */
export interface Unfinished {
  deploymentId: string;
  platform: Bot['platform'];
  /** Changes with what the messages show. */
  version: string;
}

/** The newest ones among so many at most. */
const limit = 1_000;

/** In one statement: those of these deployments, or of all. */
export async function findUnfinished(
  { database }: Pick<Deps, 'database'>,
  platforms: readonly Bot['platform'][],
  ids?: readonly string[],
): Promise<Unfinished[]> {
  return database.querySystem<Unfinished>(
    `select m.deployment_id as "deploymentId", m.platform,
       concat_ws('/', ${versionOf('d')}, m.messages, m.newest) as version
     from (
       select deployment_id, platform, max(created_at) as newest, count(*) as messages from chat_messages
       where finished_at is null and platform = any ($1::text[])
         and ($2::uuid[] is null or deployment_id = any ($2::uuid[]))
       group by deployment_id, platform order by newest desc limit $3
     ) m join deployments d on d.id = m.deployment_id`,
    [platforms, ids ?? null, limit],
  );
}
