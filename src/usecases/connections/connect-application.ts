import { GitSource } from '../../entities/git-source.ts';
import { type Connected, connectRepository, type ConnectRequest } from '../applications/connect-repository.ts';
import { findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { ensureWebhook, type WebhookOutcome } from './ensure-webhook.ts';
import { leaveRepository } from './leave-repository.ts';
import { placed } from './webhook-place.ts';

export interface ConnectedApplication extends Connected {
  webhook: WebhookOutcome;
  /** What is left to remove by hand at the host of the repository before; a sentence. */
  left: string | undefined;
}

/**
 * Connects a repository as `connectRepository` does, and sees to its webhook. What Shipmate made for the repository before is
 * removed.
 */
export async function connectApplication(deps: Deps, request: ConnectRequest): Promise<ConnectedApplication> {
  const before = await sourceBefore(deps, request);
  const connected = await connectRepository(deps, request);
  const { application, source } = connected;
  const isNew = before?.application.sourceConfig.clone_url !== application.sourceConfig.clone_url;
  const keyWent = before?.source.deployKeyId && before.source.deployKeyId !== source.deployKeyId;
  const hookWent = before?.source.hookId && source.hostApp;
  const left = before && { ...before, source: { ...before.source, ...(!isNew && !hookWent && { hookId: null }) } };
  return {
    ...connected,
    left: left && (isNew || keyWent || hookWent) ? await leaveRepository(deps, left) : undefined,
    webhook: await ensureWebhook(deps, { applicationId: application.id, user: request.user, origin: request.origin }),
  };
}

async function sourceBefore({ database }: Deps, { application: name, user }: ConnectRequest) {
  const em = database.asUser(user.id);
  const application = await findApplication(em, name, { user, intent: 'manage' });
  const row = await em.findOne(GitSource, { application });
  return row ? placed(row, application) : undefined;
}
