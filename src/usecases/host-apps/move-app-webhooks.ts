import { HostApp } from '../../entities/host-app.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import { appProvider } from '../../git-hosts/registry.ts';
import { whyUnreachable } from '../connections/host-reach.ts';
import { webhookUrl } from '../connections/webhook-place.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { recordAudit } from '../record-audit.ts';
import { hostAppIdentity, openIdentity } from './app-keys.ts';

/**
 * Points the webhooks of apps at Shipmate's public URL after that has changed, and says so. One that somebody has pointed
 * elsewhere by hand stays.
 */
export async function moveAppWebhooks(deps: Deps, signal: AbortSignal): Promise<void> {
  const url = webhookUrl(deps.config, appProvider);
  const em = deps.database.asSystem();
  const moved = await em.find(HostApp, { $or: [{ hookUrl: null }, { hookUrl: { $ne: url } }] }, { limit: 100 });
  for (const app of moved) {
    signal.throwIfAborted();
    const why = whyUnreachable(deps.config.publicUrl, appProvider, `${app.server}/`);
    if (why !== undefined) continue;
    try {
      await moveOne(deps, app, url);
    } catch (error) {
      if (!(error instanceof GitHostError)) throw error;
      deps.logger.warn({ err: error, app: app.slug, url }, 'the webhook of an app was not moved to the public URL');
    }
  }
}

async function moveOne(deps: Deps, app: HostApp, url: string): Promise<void> {
  const api = deps.hostAppApis.open(openIdentity(deps, app));
  const before = await api.hookUrl();
  const isOurs = app.hookUrl === null || app.hookUrl === undefined || app.hookUrl === before;
  if (before !== url && !isOurs) {
    deps.logger.warn({ app: app.slug, leadsTo: before, url }, 'the webhook of an app leads elsewhere, and stays');
    return;
  }
  if (before !== url) {
    const secret = deps.cipher.decrypt(app.webhookSecret, hostAppIdentity(app, 'webhook_secret'));
    await api.setHook({ url, secret });
    deps.logger.info({ app: app.slug, before, url }, 'the webhook of an app is moved to the public URL');
  }
  await deps.database.asSystem().transactional(async (em) => {
    await em.nativeUpdate(HostApp, { id: app.id }, { hookUrl: url });
    if (before === url) return;
    await recordAudit(em, {
      action: 'app.webhook',
      resourceType: 'user',
      details: { kind: 'host_app', app: app.id, before, after: url },
    });
    const fact = { kind: 'app-webhook', app: app.slug, before, after: url } as const;
    await notify(em, { severity: 'info', subject: `app-webhook ${app.id}`, fact });
  });
}
