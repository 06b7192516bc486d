import { webApi } from '@slack/bolt';
import { type RefusalKind, RefusedError } from '../refused.ts';

const invite = 'Type `/invite @Shipmate` in that channel.';
const nothing = 'Nothing is to be done.';
const report = 'Please report this: Slack does not take the message.';

/** @see https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, under “Errors” */
const refusals: Record<string, { kind: RefusalKind; step: string }> = {
  message_not_found: { kind: 'gone', step: nothing },
  cant_update_message: { kind: 'closed', step: nothing },
  is_inactive: { kind: 'closed', step: nothing },
  block_mismatch: { kind: 'closed', step: nothing },
  edit_window_closed: { kind: 'closed', step: nothing },
  channel_not_found: { kind: 'channel', step: invite },
  not_in_channel: { kind: 'channel', step: invite },
  is_archived: { kind: 'channel', step: 'Unarchive the channel, or choose another one.' },
  restricted_action: { kind: 'channel', step: 'Ask a workspace admin to let apps post there.' },
  restricted_action_read_only_channel: { kind: 'channel', step: 'Ask a workspace admin to let apps post there.' },
  restricted_action_thread_locked: { kind: 'channel', step: 'Unlock the thread, or use the channel.' },
  invalid_blocks: { kind: 'content', step: report },
  msg_blocks_too_long: { kind: 'content', step: report },
  msg_too_long: { kind: 'content', step: report },
  no_text: { kind: 'content', step: report },
};

/** Undefined when a retry may work. */
export function slackRefusal(error: unknown): RefusedError | undefined {
  if (!(error instanceof webApi.WebAPIPlatformError)) return undefined;
  const refusal = refusals[error.data.error];
  return refusal && new RefusedError(error, refusal);
}
