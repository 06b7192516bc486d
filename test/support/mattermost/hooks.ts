import type { Attachment } from '../../../src/bots/mattermost/render.ts';
import type { Answer } from './answer.ts';
import { AppError } from './posting.ts';
import { messageProblems } from './validate.ts';
import { type MattermostWorld, newId, type Post, tick } from './world.ts';

/** Of a `response_url`. */
const mostUses = 5;
const lifetimeMs = 30 * 60_000;

export interface CommandResponse {
  response_type?: 'ephemeral' | 'in_channel';
  text?: string;
  attachments?: Attachment[];
}

/** A `response_url`. */
export function openHook(world: MattermostWorld, id: string, body: unknown, posted: (post: Post) => void): Answer {
  const hook = world.hooks.get(id);
  if (!hook || world.ahead - hook.madeAt > lifetimeMs)
    throw new AppError(404, 'app.command_webhook.get.missing', 'Unable to get the webhook.');
  if (hook.uses >= mostUses) throw new AppError(400, 'app.command_webhook.try_use.invalid', 'Invalid webhook.');
  hook.uses += 1;
  const post = showResponse(world, hook, body as CommandResponse);
  if (post) posted(post);
  return { status: 200, body: 'ok' };
}

/** Shows what a slash command was answered with. @returns the post, when others see it. */
export function showResponse(
  world: MattermostWorld,
  { account, channel, root }: { account: string; channel: string; root: string },
  { attachments = [], response_type: type, text = '' }: CommandResponse,
): Post | undefined {
  const problems = messageProblems({ message: text, props: { attachments } });
  if (problems.length > 0) throw new AppError(400, 'model.post.is_valid.props.app_error', problems.join('; '));
  if (type !== 'in_channel') {
    // Without anything to show, nothing is shown.
    if (text || attachments.length > 0)
      world.ephemerals.push({ id: newId(), account, channel, message: text, attachments });
    return undefined;
  }
  const at = tick(world);
  const props = { attachments, from_webhook: 'true' };
  const post: Post = {
    id: newId(),
    create_at: at,
    update_at: at,
    delete_at: 0,
    user_id: account,
    channel_id: channel,
    root_id: root,
    message: text,
    type: 'slack_attachment',
    props,
    file_ids: [],
  };
  world.posts.set(post.id, post);
  return post;
}
