import { webApi } from '@slack/bolt';
import type { Reach } from '../../usecases/notifications/reach.ts';
import { parseThread } from './thread-ref.ts';
import { slackRefusal } from './refusals.ts';

type Info = Awaited<ReturnType<webApi.WebClient['conversations']['info']>>['channel'];

/**
 * Whether messages may be posted there. Slack names no private channel that the app is not in, and takes messages of an
 * app that is not in a public one (`chat:write.public`).
 * @throws {Error} when Slack does not answer.
 */
export async function reachOf(client: webApi.WebClient, channel: string): Promise<Reach> {
  try {
    const { channel: info } = await client.conversations.info({ channel: parseThread(channel).channel });
    return refusalOf(info) ?? { state: 'open' };
  } catch (error) {
    if (error instanceof webApi.WebAPIPlatformError && error.data.error === 'missing_scope')
      return { state: 'unchecked', why: 'the Slack app lacks the scopes channels:read and groups:read' };
    const refusal = slackRefusal(error);
    if (!refusal) throw error;
    return { state: 'refused', why: 'it does not exist, or is private without me in it', step: refusal.step };
  }
}

/** @see https://docs.slack.dev/reference/objects/conversation-object, for the meaning of each. */
function refusalOf(info: Info): Extract<Reach, { state: 'refused' }> | undefined {
  if (info?.is_archived)
    return { state: 'refused', why: 'it is archived', step: 'Unarchive the channel, or choose another one.' };
  if (info?.is_private && !info.is_member)
    return { state: 'refused', why: 'I am not in it', step: 'Type `/invite @Shipmate` in that channel.' };
  if (info?.is_read_only || info?.is_thread_only)
    return {
      state: 'refused',
      why: 'only some people may post there',
      step: 'Ask a workspace admin to let apps post there.',
    };
  return undefined;
}
