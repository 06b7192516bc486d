import type { types } from '@slack/bolt';
import { deploymentReply } from '../../replies/deployment-reply.ts';
import { readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import { NotFoundError } from '../../errors.ts';
import { verifyDeploymentLink } from '../../usecases/deployments/deployment-page-url.ts';
import type { Deps } from '../../usecases/deps.ts';
import { identify } from '../../usecases/people/identify.ts';
import type { Origin } from '../../usecases/origin.ts';
import { readDeployment } from '../../usecases/deployments/read-deployments.ts';
import type { SlackApi } from './api.ts';
import { renderReply } from './render.ts';

interface UnfurlDeps {
  api: SlackApi;
  deps: Deps;
}

interface Link {
  id: string;
  expires: string;
  signature: string;
}

/**
 * Shows what a link to a deployment's page leads to, as it stands now and without its buttons. Only of links that are
 * signed, which whoever holds them may open, or of deployments that the person who shared the link sees.
 */
export async function unfurl({ api, deps }: UnfurlDeps, event: types.LinkSharedEvent, origin: Origin): Promise<void> {
  const unfurls: Record<string, { blocks: types.KnownBlock[] }> = {};
  for (const { url } of event.links) {
    const link = parseDeploymentLink(url, deps.config.publicUrl);
    if (!link || !(await maySee(deps, link, origin))) continue;
    const view = await readDeploymentView(deps, link.id);
    if (!view) continue;
    unfurls[url] = { blocks: renderReply({ ...deploymentReply(view), actions: [], page: url }).blocks };
  }
  if (Object.keys(unfurls).length === 0) return;
  const { channel, message_ts: ts, source, unfurl_id: id } = event;
  // A link that is still being written has no message yet.
  const where = id !== undefined && (source === 'composer' || source === 'conversations_history');
  await api.unfurl(where ? { source, unfurl_id: id, unfurls } : { channel, ts, unfurls });
}

/** Undefined when the address is no page of a deployment here. Slack hands links over with entities. */
function parseDeploymentLink(address: string, publicUrl: string): Link | undefined {
  const ours = new URL(publicUrl);
  const url = URL.canParse(address) ? new URL(address.replaceAll('&amp;', '&')) : undefined;
  const base = ours.pathname.replace(/\/$/, '');
  if (url?.origin !== ours.origin || !url.pathname.startsWith(`${base}/deployments/`)) return undefined;
  const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(url.pathname.slice(`${base}/deployments/`.length))?.[0];
  if (id === undefined) return undefined;
  return { id, expires: url.searchParams.get('expires') ?? '', signature: url.searchParams.get('signature') ?? '' };
}

async function maySee(deps: Deps, link: Link, origin: Origin): Promise<boolean> {
  if (link.signature && verifyDeploymentLink(deps, link)) return true;
  const user = await identify(deps, origin);
  if (!user) return false;
  try {
    await readDeployment(deps, user, link.id);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
