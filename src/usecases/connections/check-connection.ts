import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { UserError } from '../../errors.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import { gitRemote } from '../applications/application-environment.ts';
import { type CheckedBranch, checkBranch } from '../applications/check-branch.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { renewDeployKey } from './renew-deploy-key.ts';
import { ensureWebhook, type WebhookOutcome } from './ensure-webhook.ts';
import { explainHostError } from '../../git-hosts/explain-error.ts';
import { type PlacedSource, readWebhookPlace } from './webhook-place.ts';

export interface CheckedConnection extends PlacedSource {
  branch: CheckedBranch;
  webhook: WebhookOutcome;
  /** Whether the deploy key was missing and is there again. */
  keyMade: boolean;
  /** When the last delivery arrived; null when none has. */
  lastDelivery: Date | null;
}

/**
 * Checks that the repository can be read and tells about pushes, and mends what can be mended.
 * @throws {UserError} when there is nothing to check, or the repository cannot be read.
 */
export async function checkConnection(
  deps: Deps,
  { application: name, origin, user }: { application: string; user: User; origin: Origin },
): Promise<CheckedConnection> {
  const em = deps.database.asUser(user.id);
  const application = await em.transactional((inner) => findApplication(inner, name, { user, intent: 'manage' }));
  const place = await readWebhookPlace(deps.database.asSystem(), application.id);
  if (!place) throw new UserError(`\`${applicationName(application)}\` has no repository on a git host to check.`);
  const keyMade = await keyOf(deps, place);
  const current = (await readWebhookPlace(deps.database.asSystem(), application.id)) ?? place;
  const remote = await gitRemote(deps, application, current.source);
  const { branch = 'main' } = application.sourceConfig;
  const checked = remote
    ? await checkBranch(deps, remote, branch, (other) => `app connect ${name} --branch ${other}`)
    : { branch };
  const webhook = await ensureWebhook(deps, { applicationId: application.id, user, origin });
  const sources = [place, ...place.siblings].map(({ source }) => source.id);
  return { ...place, branch: checked, webhook, keyMade, lastDelivery: await lastDeliveryOf(deps, sources) };
}

async function keyOf(deps: Deps, place: PlacedSource): Promise<boolean> {
  const { application, source } = place;
  try {
    return await renewDeployKey(deps, place);
  } catch (error) {
    const api = openGitHostApi(deps, application, source);
    if (!(error instanceof GitHostError) || !api) throw error;
    const { provider, repository } = source;
    const asked = { api, provider, repository, application: applicationName(application), task: 'manage deploy keys' };
    throw new UserError(await explainHostError(asked, error));
  }
}

async function lastDeliveryOf({ database }: Deps, sources: string[]): Promise<Date | null> {
  const [row] = await database.querySystem<{ at: Date | null }>(
    'select max(created_at) as at from webhook_deliveries where git_source_id = any($1)',
    [sources],
  );
  return row?.at ?? null;
}

/** Makes sure that what an application was taken out of service with is there again; tells what is not. */
export async function restoreConnection(
  deps: Deps,
  application: Application,
  by: { user: User; origin: Origin },
): Promise<WebhookOutcome | undefined> {
  const place = await readWebhookPlace(deps.database.asSystem(), application.id);
  if (!place || !openGitHostApi(deps, application, place.source)) return undefined;
  try {
    await renewDeployKey(deps, place);
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    return { kind: 'failed', why: `The deploy key is missing: ${error.message}.` };
  }
  return ensureWebhook(deps, { applicationId: application.id, ...by });
}
