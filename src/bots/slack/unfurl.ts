import { type types, webApi } from '@slack/bolt';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Deps } from '../../usecases/deps.ts';
import { isShownIn } from '../../usecases/channels/is-shown-in.ts';
import { identify } from '../../usecases/people/identify.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { SlackApi } from './api.ts';
import { type Linked, readLinked } from './linked.ts';
import type { Looks } from './looks.ts';
import { parsePageLink } from './page-links.ts';
import { renderReply } from './render.ts';
import { workObject } from './work-object.ts';

interface UnfurlDeps {
  api: SlackApi;
  deps: Deps;
  dispatcher: Dispatcher;
  looks: Looks;
}

/** Links of one message that are looked at. */
const mostLinks = 10;
/** Of the work objects of one message together as JSON; Slack says only that there is a limit. */
const mostMetadata = 8_000;

/**
 * Shows what links to pages of deployments and applications lead to, as it stands now and without buttons. Everybody in
 * the channel reads it, so it is shown of links that are signed, which whoever holds them may open; of others only where
 * the person who shared the link sees the page and the channel hears of the application anyway.
 */
export async function unfurl(
  { api, deps, dispatcher, looks }: UnfurlDeps,
  event: types.LinkSharedEvent,
  origin: Origin,
): Promise<void> {
  const { channel, message_ts: ts, source, unfurl_id: id } = event;
  // A link that is still being written may go to any channel.
  const written = source === 'composer';
  const user = await identify(deps, origin);
  const found = new Map<string, Linked>();
  for (const { url } of event.links.slice(0, mostLinks)) {
    const link = parsePageLink(url, deps.config.publicUrl);
    const linked = link && (await readLinked(link, { deps, read: dispatcher.read, user }));
    if (!linked) continue;
    const { application, signed } = linked;
    if (signed || (!written && (!origin.shared || (await isShownIn(deps, origin, application)))))
      found.set(url, linked);
  }
  if (found.size === 0) return;
  const sources = ['composer', 'conversations_history'] as const;
  const from = sources.find((one) => one === source);
  const where = from !== undefined && id !== undefined ? { source: from, unfurl_id: id } : { channel, ts };
  const unfurls = Object.fromEntries(
    [...found].map(([url, { reply }]) => [url, { blocks: renderReply({ ...reply, page: url }).blocks }]),
  );
  const entities = looks.takesWorkObjects() ? fitting([...found].map(([url, one]) => workObject(one, url))) : [];
  await send(api, looks, { ...where, unfurls }, entities);
}

/** An app or a workspace without work objects shows the links without them from then on. */
async function send(
  api: SlackApi,
  looks: Looks,
  plain: webApi.ChatUnfurlArguments,
  entities: types.EntityMetadata[],
): Promise<void> {
  if (entities.length === 0) return api.unfurl(plain);
  try {
    await api.unfurl({ ...plain, metadata: { entities } });
  } catch (error) {
    if (!(error instanceof webApi.WebAPIPlatformError) || error.data.error === 'missing_scope') throw error;
    await api.unfurl(plain);
    looks.refuseWorkObjects(error.data.error);
  }
}

/** The first ones that fit in one message; the links of the others are shown without. */
function fitting(entities: types.EntityMetadata[]): types.EntityMetadata[] {
  let room = mostMetadata;
  return entities.filter((entity) => (room -= Buffer.byteLength(JSON.stringify(entity))) >= 0);
}
