import type { GitProvider } from '../../entities/git-provider.ts';
import type { Deps } from '../deps.ts';
import { whyUnreachable } from './host-reach.ts';

/** Repositories that are looked at, the newest first. */
const most = 1_000;

/** For each git host of an application whose webhooks cannot arrive, why. */
export async function unreachableHosts({ config, database }: Pick<Deps, 'config' | 'database'>): Promise<string[]> {
  const rows = await database.querySystem<{ provider: GitProvider; url: string | null }>(
    `select s.provider, a.source_config ->> 'clone_url' as url
     from git_sources s join applications a on a.id = s.application_id
     where s.provider is not null and a.deleted_at is null and a.source_config ->> 'poll' is null
     order by a.created_at desc limit $1`,
    [most],
  );
  return [...new Set(rows.flatMap(({ provider, url }) => whyUnreachable(config.publicUrl, provider, url ?? '') ?? []))];
}
