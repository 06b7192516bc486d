import type { Deps } from '../deps.ts';
import { ensureWebhook } from './ensure-webhook.ts';

/** Webhooks that one run looks at. */
const mostHooks = 200;
/** Webhooks looked at in parallel. */
const atOnce = 4;

/**
 * Points the webhooks that Shipmate made at its public URL, after that has changed. Does not ask the hosts about those that
 * lead there already.
 * @returns a short summary of the result; undefined when there is nothing to do.
 */
export async function moveWebhooks(deps: Deps, signal: AbortSignal): Promise<string | undefined> {
  const waiting = await leadingElsewhere(deps);
  if (waiting.length === 0) return undefined;
  let [moved, failed] = [0, 0];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      signal.throwIfAborted();
      const outcome = await ensureWebhook(deps, one);
      const context = { application: one.applicationId, url: deps.config.publicUrl };
      // That a host cannot reach the public URL is said at each start.
      if (outcome.kind === 'unreachable') continue;
      if (outcome.kind === 'kept' || outcome.kind === 'created') {
        moved += 1;
        deps.logger.info(context, 'the webhook is moved to the public URL');
      } else {
        failed += 1;
        const why = outcome.kind === 'failed' ? outcome.why : 'there is no token for the host’s API any more';
        deps.logger.warn({ ...context, why }, 'the webhook is not moved to the public URL');
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (moved + failed === 0) return undefined;
  const webhooks = `${moved} ${moved === 1 ? 'webhook' : 'webhooks'} moved to ${deps.config.publicUrl}`;
  return `${webhooks}${failed > 0 ? `, ${failed} not: \`app connect <app> --check\` says why` : ''}`;
}

async function leadingElsewhere({ config, database }: Deps): Promise<{ applicationId: string }[]> {
  return database.querySystem<{ applicationId: string }>(
    `select s.application_id as "applicationId" from git_sources s join applications a on a.id = s.application_id
     where s.hook_id is not null and s.host_app_id is null and a.deleted_at is null
       and (s.hook_url is null or not starts_with(s.hook_url, $1)) order by random() limit $2`,
    [`${config.publicUrl}/webhooks/`, mostHooks],
  );
}
