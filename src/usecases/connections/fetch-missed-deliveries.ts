import type { SourceConfig } from '../../entities/application-config.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';

/** Webhooks that one pass looks at; with more of them, each pass takes others. */
const mostHooks = 200;
/** Deliveries of one webhook that a pass asks for; GitLab allows five a minute. */
const mostOfOne = 5;
/** Webhooks looked at in parallel. */
const atOnce = 4;

interface MadeHook {
  hostApp: null;
  id: string;
  provider: GitProvider;
  repository: string;
  hookId: string;
  webAddress: string | null;
  webhookConfig: GitSource['webhookConfig'];
  sourceConfig: SourceConfig;
}

/**
 * Has the git hosts send again what did not arrive, e.g. while Shipmate was away, by their own lists of deliveries. Only for
 * webhooks that Shipmate made. What did arrive is known by its delivery id, so it leads to nothing twice.
 * @returns a short summary of the result.
 */
export async function fetchMissedDeliveries(deps: Deps, signal: AbortSignal): Promise<string> {
  const waiting = await madeHooks(deps);
  const { length } = waiting;
  let [asked, failed] = [0, 0];
  const work = async () => {
    for (let hook = waiting.shift(); hook; hook = waiting.shift()) {
      signal.throwIfAborted();
      try {
        asked += await fetchMissed(deps, hook, signal);
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        deps.logger.warn({ err: error, source: hook.id }, 'could not fetch missed deliveries');
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const webhooks = `${length} ${length === 1 ? 'webhook' : 'webhooks'}`;
  return `${webhooks}, ${asked} sent again${failed > 0 ? `, ${failed} not reached` : ''}`;
}

async function madeHooks({ database }: Deps): Promise<MadeHook[]> {
  const providers = Object.entries(gitHosts).filter(([, { keepsDeliveries }]) => keepsDeliveries);
  return database.querySystem<MadeHook>(
    `select s.id, s.provider, null as "hostApp", s.repository, s.hook_id as "hookId", s.web_address as "webAddress", s.webhook_config as "webhookConfig",
       a.source_config as "sourceConfig"
     from git_sources s join applications a on a.id = s.application_id
     where s.hook_id is not null and s.host_app_id is null and a.deleted_at is null and s.provider = any($2)
     order by random() limit $1`,
    [mostHooks, providers.map(([id]) => id)],
  );
}

async function fetchMissed(deps: Deps, hook: MadeHook, signal: AbortSignal): Promise<number> {
  const api = openGitHostApi(deps, hook, hook);
  const failed = (await api?.failedDeliveries(hook.repository, hook.hookId)) ?? [];
  let asked = 0;
  for (const delivery of failed.slice(0, mostOfOne)) {
    signal.throwIfAborted();
    await api?.redeliver(hook.repository, hook.hookId, delivery);
    asked += 1;
  }
  return asked;
}
