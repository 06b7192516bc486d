import { createHash, randomUUID } from 'node:crypto';
import type { PostList } from '@mattermost/types/posts';
import { isDeepStrictEqual } from 'node:util';
import { makeRoom } from '../../make-room.ts';
import type { Me } from './me.ts';
import type { MattermostMessage } from './render.ts';
import { MattermostError, type Rest, TooManyRequestsError } from './rest.ts';
import type { ThreadRef } from './thread-ref.ts';

/** Posts that may have been made although nobody told us. */
const most = 1_000;
/** The newest of a channel, among which an earlier one is looked for. */
const mostSearched = 60;

/** The part of a post that names it; users of the server can read it. */
const mark = 'shipmate_post';

interface Posted {
  id: string;
  props?: Record<string, unknown>;
  message?: string;
}

/**
 * Posts a message once for each key, also when the answer was lost: the server answers a `pending_post_id` that it has seen
 * within half a minute with the post of then, and after that we look for our mark in the channel. The earlier post then
 * says what the later one says.
 */
export function createPostOnce(rest: Rest, me: () => Promise<Me>) {
  const unsure = new Set<string>();

  async function make(thread: ThreadRef, message: MattermostMessage, files: readonly string[], id: string) {
    const { channel: channel_id, root: root_id = '' } = thread;
    const pending_post_id = `${(await me()).id}:${id}`;
    const props = { ...message.props, [mark]: id };
    const post = { channel_id, root_id, message: message.message, props, file_ids: files, pending_post_id };
    try {
      return await rest.call<Posted>('POST', '/posts', post);
    } catch (error) {
      if (isAmbiguous(error)) remember(id);
      throw error;
    }
  }

  function remember(id: string): void {
    makeRoom(unsure, most);
    unsure.add(id);
  }

  /** Undefined also where the bot may not read the channel. */
  async function find({ channel, root }: ThreadRef, id: string): Promise<Posted | undefined> {
    const path = root
      ? `/posts/${root}/thread?perPage=${mostSearched}&direction=up`
      : `/channels/${channel}/posts?per_page=${mostSearched}`;
    try {
      const { posts } = await rest.call<PostList>('GET', path);
      return Object.values(posts).find(({ delete_at: deleted, props }) => !deleted && props?.[mark] === id);
    } catch (error) {
      if (error instanceof MattermostError && error.status < 500) return undefined;
      throw error;
    }
  }

  return async function post(
    thread: ThreadRef,
    message: MattermostMessage,
    files: readonly string[],
    key: string = randomUUID(),
  ): Promise<string> {
    const id = idOf(key, thread);
    const found = unsure.has(id) ? await find(thread, id) : undefined;
    const posted = found ?? (await make(thread, message, files, id));
    unsure.delete(id);
    if (!showsSame(posted, message)) await rest.call('PUT', `/posts/${posted.id}/patch`, marked(message, id));
    return posted.id;
  };
}

function marked(message: MattermostMessage, id: string): object {
  return { ...message, props: { ...message.props, [mark]: id } };
}

/** What the server answers has no contexts of actions. */
function showsSame({ message = '', props = {} }: Posted, wanted: MattermostMessage): boolean {
  return message === wanted.message && isDeepStrictEqual(words(props['attachments']), words(wanted.props.attachments));
}

function words(attachments: unknown): unknown {
  if (!Array.isArray(attachments)) return [];
  return attachments.map((one: Record<string, unknown>) => [
    one['title'] ?? '',
    one['text'] ?? '',
    one['fields'] ?? [],
  ]);
}

function idOf(key: string, { channel, root = '' }: ThreadRef): string {
  return createHash('sha256').update(`${channel}/${root}/${key}`).digest('hex').slice(0, 32);
}

/** Whether the post may have been made: the server was away, or something before it answered. */
function isAmbiguous(error: unknown): boolean {
  if (error instanceof TooManyRequestsError) return false;
  return !(error instanceof MattermostError) || error.status >= 500;
}
