import { executeSql } from '../../database/database.ts';
import { HostApp } from '../../entities/host-app.ts';
import type { User } from '../../entities/user.ts';
import { type GitHostApi, GitHostError, type HostWebhook, type WebhookFault } from '../../git-hosts/api.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import { applicationName } from '../applications/find-application.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { explainHostError } from '../../git-hosts/explain-error.ts';
import { whyUnreachable } from './host-reach.ts';
import { withRepository } from './repository-lease.ts';
import { ownWebhookUrl, type PlacedSource, readWebhookPlace, type WebhookPlace, webhookUrl } from './webhook-place.ts';

/** What there was to mend; `url` also for a webhook that somebody added by hand. */
export type WebhookRepair = WebhookFault | 'url';

export type WebhookOutcome =
  /** The app of its host has one for all repositories. */
  | { kind: 'app'; app: string }
  /** There is no token for the host's API. */
  | { kind: 'by hand' }
  | { kind: 'unreachable'; why: string }
  | { kind: 'created' }
  /** It is as it should be. Its secret cannot be read, so it was set again. */
  | { kind: 'kept'; repaired: WebhookRepair[] }
  | { kind: 'failed'; why: string };

export interface WebhookRequest {
  applicationId: string;
  /** Who asks for it, and where; undefined: Shipmate itself. */
  user?: User;
  origin?: Origin;
}

/**
 * Makes sure that the repository has exactly one webhook of the application's project, which tells about pushes: creates it,
 * or repairs the one there is. Does nothing without a token for the host's API.
 */
export async function ensureWebhook(deps: Deps, request: WebhookRequest): Promise<WebhookOutcome> {
  const before = await readWebhookPlace(deps.database.asSystem(), request.applicationId);
  const api = before && openGitHostApi(deps, before.application, before.source);
  if (!before) return { kind: 'by hand' };
  const why = whyUnreachable(
    deps.config.publicUrl,
    before.source.provider,
    before.application.sourceConfig.clone_url ?? '',
  );
  if (why !== undefined) return { kind: 'unreachable', why };
  const { hostApp } = before.source;
  if (hostApp) return { kind: 'app', app: await slugOf(deps, hostApp) };
  if (!api) return { kind: 'by hand' };
  const { provider, repository } = before.source;
  try {
    return await withRepository(deps, before.source, async () => {
      const place = await readWebhookPlace(deps.database.asSystem(), request.applicationId);
      return place ? ensure(deps, api, place, request) : { kind: 'by hand' };
    });
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    deps.logger.warn({ err: error, application: request.applicationId }, 'the git host refused a webhook');
    const application = applicationName(before.application);
    const task = 'manage webhooks';
    return { kind: 'failed', why: await explainHostError({ api, provider, repository, application, task }, error) };
  }
}

async function slugOf({ database }: Deps, { id }: { id: string }): Promise<string> {
  return (await database.asSystem().findOneOrFail(HostApp, id)).slug;
}

async function ensure(
  deps: Deps,
  api: GitHostApi,
  place: WebhookPlace,
  request: WebhookRequest,
): Promise<WebhookOutcome> {
  const { repository } = place.source;
  const owner = [place, ...place.siblings].find(({ source }) => source.hookId) ?? place;
  const secret = secretOf(deps, owner);
  if (secret === undefined) return { kind: 'by hand' };
  const wanted = { url: ownWebhookUrl(deps.config, owner), secret };
  const there = findOurs(deps, place, await api.webhooks(repository), owner.source.hookId ?? undefined);
  if (!there) {
    const id = await api.createWebhook(repository, wanted);
    await remember(deps, owner, { ...wanted, id }, request, ['created']);
    return { kind: 'created' };
  }
  const repaired = [...(there.url === wanted.url ? [] : (['url'] as const)), ...there.faults];
  const id = await api.updateWebhook(repository, there.id, wanted);
  await remember(deps, owner, { ...wanted, id }, request, repaired);
  return { kind: 'kept', repaired };
}

/** Ours by its id or URL. One that was added by hand becomes ours, unless it may be another project's. */
function findOurs(
  { config }: Deps,
  place: WebhookPlace,
  hooks: HostWebhook[],
  id: string | undefined,
): HostWebhook | undefined {
  const byHand = place.isShared ? undefined : webhookUrl(config, place.source.provider);
  return (
    hooks.find((hook) => hook.id === id) ??
    hooks.find((hook) => hook.url === ownWebhookUrl(config, place)) ??
    hooks.find((hook) => hook.url === byHand)
  );
}

export function secretOf({ cipher }: Pick<Deps, 'cipher'>, { source }: PlacedSource): string | undefined {
  const { secret } = source.webhookConfig;
  return secret === undefined ? undefined : cipher.decrypt(secret, gitSourceIdentity(source, 'secret'));
}

async function remember(
  { database }: Deps,
  { application, source }: PlacedSource,
  { id: hookId, url }: { id: string; url: string },
  { origin, user }: WebhookRequest,
  changes: string[],
): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    await executeSql(em, 'update git_sources set hook_id = $2, hook_url = $3 where id = $1', [source.id, hookId, url]);
    if (changes.length === 0) return;
    await recordAudit(em, {
      ...(user && origin && actor(user, origin)),
      action: 'application.connect',
      resourceType: 'application',
      resourceId: application.id,
      details: { kind: 'git_source', webhook: changes, hook_id: hookId },
    });
  });
}
