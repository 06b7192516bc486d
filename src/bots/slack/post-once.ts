import { webApi } from '@slack/bolt';
import { createHash } from 'node:crypto';
import { makeRoom } from '../../make-room.ts';
import { threadArguments, type ThreadRef } from './thread-ref.ts';
import type { SlackMessage } from './render.ts';

/** Posts whose outcome is not known that are remembered. */
const most = 500;
/** Messages that are looked through for one; Slack shows apps of some kinds fewer. */
const mostSearched = 100;
const eventType = 'shipmate_message';

/** With these Slack may have posted the message all the same. @see https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const ambiguous = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']);

/** Our mark on a message, which people do not see. */
interface Mark {
  /** Of the post. */
  id: string;
  /** Of what it says. */
  content: string;
}

interface Posted {
  ts: string;
  mark: Mark | undefined;
}

export interface PostOptions {
  thread: ThreadRef;
  message: SlackMessage;
  key: string;
  /** Sends when it is the channel's turn. */
  send<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * Posts each message once under its key, also when Slack carried a post out and the answer to it was lost: Slack finds the
 * earlier message by `client_msg_id`, and where that cannot be relied on, we look for our mark in the conversation if the
 * app may read it. The earlier message then says what the later post says.
 */
export function createPostOnce(client: webApi.WebClient) {
  const unsure = new Set<string>();

  async function post({ key, message, send, thread }: PostOptions): Promise<string> {
    const mark = { id: idOf(key, thread), content: hash(JSON.stringify(message)) };
    const found = unsure.has(mark.id) ? await find(thread, mark.id) : undefined;
    const { mark: shown, ts } = found ?? (await send(() => postNew(thread, message, mark)));
    unsure.delete(mark.id);
    if (shown !== undefined && shown.content !== mark.content)
      await client.chat.update({ channel: thread.channel, ts, ...message, metadata: metadataOf(mark) });
    return ts;
  }

  async function postNew(thread: ThreadRef, message: SlackMessage, mark: Mark): Promise<Posted> {
    // Links to deployments are ours; nobody needs a preview of them below the message.
    const quiet = { unfurl_links: false, unfurl_media: false };
    // `client_msg_id` is documented by its errors alone.
    const named = {
      ...threadArguments(thread),
      ...message,
      ...quiet,
      metadata: metadataOf(mark),
      client_msg_id: mark.id,
    };
    try {
      const answer = await client.chat.postMessage(named);
      if (answer.ts === undefined) throw new Error('chat.postMessage did not say where the message is');
      return { ts: answer.ts, mark: markOf(answer.message?.metadata) };
    } catch (error) {
      // The earlier message was deleted.
      if (errorOf(error) === 'duplicate_message_not_found')
        return postNew(thread, message, { ...mark, id: idOf(mark.id, thread) });
      if (isAmbiguous(error)) remember(mark.id);
      throw error;
    }
  }

  function remember(id: string): void {
    makeRoom(unsure, most);
    unsure.add(id);
  }

  /** Undefined also where the app may not read the conversation, as it need not. */
  async function find({ channel, ts: thread }: ThreadRef, id: string): Promise<Posted | undefined> {
    const where = { channel, limit: mostSearched, include_all_metadata: true };
    try {
      const { messages = [] } =
        thread === undefined
          ? await client.conversations.history(where)
          : await client.conversations.replies({ ...where, ts: thread });
      for (const { metadata, ts } of messages) {
        const mark = markOf(metadata);
        if (mark?.id === id && ts !== undefined) return { ts, mark };
      }
    } catch (error) {
      if (!(error instanceof webApi.WebAPIPlatformError)) throw error;
    }
    return undefined;
  }

  return post;
}

/** A UUID, as `client_msg_id` has to be. */
function idOf(key: string, { channel, ts = '' }: ThreadRef): string {
  return hash(`${channel}/${ts}/${key}`).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function metadataOf({ id, content }: Mark) {
  return { event_type: eventType, event_payload: { id, content } };
}

function markOf(metadata: { event_type?: string; event_payload?: object } | undefined): Mark | undefined {
  if (metadata?.event_type !== eventType) return undefined;
  const { content, id } = (metadata.event_payload ?? {}) as Partial<Mark>;
  return typeof id === 'string' && typeof content === 'string' ? { id, content } : undefined;
}

function errorOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

function isAmbiguous(error: unknown): boolean {
  if (error instanceof webApi.WebAPIRateLimitedError) return false;
  const refused = errorOf(error);
  return refused === undefined || ambiguous.has(refused);
}
