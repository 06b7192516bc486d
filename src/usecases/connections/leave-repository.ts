import { executeSql } from '../../database/database.ts';
import { type GitHostApi, GitHostError } from '../../git-hosts/api.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';
import { withRepository } from './repository-lease.ts';
import { secretOf } from './ensure-webhook.ts';
import { ownWebhookUrl, type PlacedSource, usersOf } from './webhook-place.ts';

/**
 * Removes what Shipmate made at the git host for an application that no longer uses the repository. A webhook that serves
 * other applications of the project is handed to the longest-standing of them.
 * @returns what is left to remove by hand, a sentence; undefined when there is nothing.
 */
export async function leaveRepository(deps: Deps, left: PlacedSource): Promise<string | undefined> {
  const { deployKeyId, hookId, provider, repository } = left.source;
  if (!hookId && !deployKeyId) return undefined;
  return withRepository(deps, left.source, async () => {
    try {
      await removeThings(deps, left);
      return undefined;
    } catch (error) {
      if (!(error instanceof GitHostError)) throw error;
      deps.logger.warn({ err: error, application: left.application.id }, 'something was left at the git host');
      const { title } = gitHosts[provider];
      return `${title} still has Shipmate’s ${thingsOf(left)} of \`${repository}\` (${error.message}): remove it there.`;
    } finally {
      await forget(deps, left);
    }
  });
}

async function removeThings(deps: Deps, left: PlacedSource): Promise<void> {
  const { deployKeyId, hookId, repository } = left.source;
  const api = openGitHostApi(deps, left.application, left.source);
  if (!api) throw new GitHostError('there is no token any more');
  if (hookId) await leaveWebhook(deps, api, left, hookId);
  if (deployKeyId) await unlessGone(api.removeDeployKey(repository, deployKeyId));
}

async function leaveWebhook(deps: Deps, api: GitHostApi, left: PlacedSource, hookId: string): Promise<void> {
  const { siblings } = await usersOf(deps.database.asSystem(), left);
  const [heir] = siblings;
  const secret = heir && secretOf(deps, heir);
  if (!heir || secret === undefined) return unlessGone(api.removeWebhook(left.source.repository, hookId));
  const wanted = { url: ownWebhookUrl(deps.config, heir), secret };
  const id = await api.updateWebhook(left.source.repository, hookId, wanted);
  await executeSql(deps.database.asSystem(), 'update git_sources set hook_id = $2, hook_url = $3 where id = $1', [
    heir.source.id,
    id,
    wanted.url,
  ]);
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof GitHostError) || error.status !== 404) throw error;
  }
}

/** The row may have another repository by now. */
async function forget({ database }: Deps, { source }: PlacedSource): Promise<void> {
  const em = database.asSystem();
  await executeSql(em, 'update git_sources set hook_id = null, hook_url = null where id = $1 and hook_id = $2', [
    source.id,
    source.hookId ?? null,
  ]);
  await executeSql(
    em,
    `update git_sources set deploy_key_id = null, webhook_config = webhook_config - 'ssh_key'
     where id = $1 and deploy_key_id = $2`,
    [source.id, source.deployKeyId ?? null],
  );
}

function thingsOf({ source }: PlacedSource): string {
  return [source.hookId && 'webhook', source.deployKeyId && 'deploy key'].filter(Boolean).join(' and ');
}
