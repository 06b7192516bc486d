import { type RefusalKind, RefusedError } from '../refused.ts';
import { MattermostError } from './rest.ts';

const invite = 'Add the bot to that channel: `/invite @` and its name.';
const nothing = 'Nothing is to be done.';

/** By what the server calls it; ids of errors stay over versions. */
const refusals: Record<string, { kind: RefusalKind; step: string }> = {
  'api.context.permissions.app_error': { kind: 'channel', step: invite },
  'api.post.create_post.can_not_post_to_deleted.error': {
    kind: 'channel',
    step: 'Unarchive the channel, or choose another one.',
  },
  'api.post.create_post.root_id.app_error': { kind: 'channel', step: 'The thread was deleted: use the channel.' },
  'app.channel.get.existing.app_error': {
    kind: 'channel',
    step: 'The channel does not exist any more: choose another one.',
  },
  'app.post.get.app_error': { kind: 'gone', step: nothing },
  'api.post.update_post.find.app_error': { kind: 'gone', step: nothing },
  'api.post.update_post.permissions_details.app_error': { kind: 'gone', step: nothing },
  'api.post.update_post.permissions_time_limit.app_error': { kind: 'closed', step: nothing },
  'model.post.is_valid.message_length.app_error': {
    kind: 'content',
    step: 'Please report this: Mattermost does not take the message.',
  },
  'model.post.is_valid.props.app_error': {
    kind: 'content',
    step: 'Please report this: Mattermost does not take the message.',
  },
};

/** Undefined when a retry may work. */
export function mattermostRefusal(error: unknown): RefusedError | undefined {
  if (!(error instanceof MattermostError)) return undefined;
  const refusal = refusals[error.id];
  return refusal && new RefusedError(error, refusal);
}
