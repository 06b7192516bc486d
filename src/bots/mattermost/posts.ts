import type { Logger } from '../../logger.ts';
import type { MattermostApi } from './api.ts';
import type { Me } from './me.ts';
import type { Conversation } from './conversation.ts';
import { lineOfDirect, lineOfMention, withChannelIds } from './message-line.ts';
import { directName, originOf } from './origin.ts';

/** What is used of a post. */
export interface HeardPost {
  id: string;
  create_at: number;
  delete_at?: number | undefined;
  user_id: string;
  channel_id: string;
  root_id: string;
  message: string;
  type: string;
  props?: Record<string, unknown> | null | undefined;
}

/** Where it was posted. */
export interface HeardIn {
  /** e.g. `town-square`; of a conversation of two, made of their ids. */
  name: string;
  /** Empty in direct messages. */
  team: string;
}

export interface PostsDeps {
  api: MattermostApi;
  conversation: Conversation;
  /** Every process hears every post, so that one of them takes it. */
  isFirst(id: string, runs: boolean): Promise<boolean>;
  logger: Logger;
  me(): Me | undefined;
}

/** Takes posts that are meant for the bot: those that begin with its name, and all of a conversation with it. */
export function createPostListener({ api, conversation, isFirst, me }: PostsDeps) {
  return async function hear(post: HeardPost, { name, team }: HeardIn): Promise<void> {
    const own = me();
    if (!own || !isOfPerson(post, own)) return;
    const direct = name === directName(post.user_id, own.id);
    const given = direct ? lineOfDirect(post.message, own.username) : lineOfMention(post.message, own.username);
    if (given === undefined || !(await isFirst(post.id, true))) return;
    const root = post.root_id || (direct ? undefined : post.id);
    const thread = { channel: post.channel_id, root };
    const line = await withChannelIds(given, (named) => (team === '' ? undefined : api.channelNamed(team, named)));
    const origin = await originOf(api, own.id, { account: post.user_id, thread, channelName: name });
    await conversation.take({ line, origin, thread, channelName: name, mentioned: !direct });
  };
}

/** Neither of a bot, this one included, nor what the server itself writes. */
function isOfPerson({ delete_at: deleted, props, type, user_id: author }: HeardPost, own: Me): boolean {
  if (deleted || type !== '' || author === own.id) return false;
  return !['from_bot', 'from_webhook', 'from_plugin'].some((key) => String(props?.[key]) === 'true');
}
