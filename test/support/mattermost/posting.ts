import type { MattermostMessage } from '../../../src/bots/mattermost/render.ts';
import { messageProblems } from './validate.ts';
import { type Channel, type MattermostWorld, newId, type Post, tick } from './world.ts';

/** An error as the server writes it. */
export class AppError extends Error {
  readonly id: string;
  readonly status: number;

  constructor(status: number, id: string, message: string) {
    super(message);
    this.status = status;
    this.id = id;
  }
}

export const forbidden = () =>
  new AppError(403, 'api.context.permissions.app_error', 'You do not have the appropriate permissions.');

export interface NewPost {
  channel_id: string;
  root_id?: string;
  message?: string;
  props?: Post['props'];
  file_ids?: string[];
  pending_post_id?: string;
  type?: string;
}

/** Makes a post of somebody, who has to be a member of the channel. @throws {AppError} */
export function createPost(world: MattermostWorld, author: string, given: NewPost): Post {
  const {
    channel_id: id,
    file_ids: files = [],
    message = '',
    pending_post_id: pending,
    props = {},
    root_id: root = '',
    type = '',
  } = given;
  const seen = pending === undefined ? undefined : world.posts.get(world.pending.get(pending) ?? '');
  if (seen) return seen;
  const channel = channelFor(world, author, id);
  if (channel.delete_at > 0)
    throw new AppError(400, 'api.post.create_post.can_not_post_to_deleted.error', 'Can not post to deleted channel.');
  const first = world.posts.get(root);
  if (root !== '' && (!first || first.channel_id !== id || first.root_id !== ''))
    throw new AppError(400, 'api.post.create_post.root_id.app_error', 'Invalid RootId parameter.');
  if (files.length > 10 || files.some((file) => world.files.get(file)?.channel !== id))
    throw new AppError(400, 'model.post.is_valid.file_ids.app_error', 'Invalid file ids.');
  check(world, { message, props });
  const at = tick(world);
  const post: Post = {
    id: newId(),
    create_at: at,
    update_at: at,
    delete_at: 0,
    user_id: author,
    channel_id: id,
    root_id: root,
    message,
    type,
    props: author === world.bot.id ? { ...props, from_bot: 'true' } : props,
    file_ids: files,
  };
  world.posts.set(post.id, post);
  if (pending !== undefined) world.pending.set(pending, post.id);
  channel.last_post_at = at;
  remember(world, post);
  return post;
}

/** Changes a post of one's own: the props are replaced, and the files stay. @throws {AppError} */
export function patchPost(world: MattermostWorld, author: string, id: string, patch: NewPost): Post {
  const post = world.posts.get(id);
  // Who may edit is asked first, and of what is not there nobody may.
  if (!post || post.delete_at > 0 || post.user_id !== author) throw forbidden();
  channelFor(world, author, post.channel_id);
  const { message = post.message, props = post.props } = patch;
  check(world, { message, props });
  Object.assign(post, { message, props: { ...props, from_bot: 'true' }, update_at: tick(world) });
  remember(world, post);
  return post;
}

/** @throws {AppError} when the account is no member. */
export function channelFor(world: MattermostWorld, account: string, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel?.members.has(account)) throw forbidden();
  return channel;
}

/** What goes to clients: contexts of actions are the server's alone. */
export function stripped(post: Post): Post {
  const attachments = post.props.attachments?.map(({ actions, ...rest }) => ({
    ...rest,
    ...(actions && { actions: actions.map(({ integration: _integration, ...action }) => action) }),
  }));
  return { ...post, props: { ...post.props, ...(attachments && { attachments }) } } as Post;
}

function check(world: MattermostWorld, { message, props }: Pick<Post, 'message' | 'props'>): void {
  const shown: MattermostMessage = { message, props: { attachments: props.attachments ?? [] } };
  const limits = { message: world.maxPostSize, props: world.maxPostSize > 4_000 ? 760_000 : 8_000 };
  const problems = messageProblems(shown, limits);
  if (problems.length > 0) throw new AppError(400, 'model.post.is_valid.props.app_error', problems.join('; '));
}

function remember(world: MattermostWorld, { id, message, props }: Post): void {
  const states = world.states.get(id) ?? [];
  states.push({ message, props: { attachments: props.attachments ?? [] } });
  world.states.set(id, states);
}
