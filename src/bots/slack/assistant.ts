import { type App, webApi } from '@slack/bolt';
import { suggestedPrompts } from '../../handlers/suggested-prompts.ts';
import { makeRoom } from '../../make-room.ts';
import { cutText } from '../truncate.ts';
import type { SlackContext } from './context.ts';
import { originOf } from './origin.ts';
import { formatThread, type ThreadRef } from './thread-ref.ts';

/** Ours: of a prompt's label, and of a thread's title. */
const mostTitle = 75;
/** Threads that have no title yet. */
const mostThreads = 500;
const promptsTitle = 'Ask me, or type a command:';

interface Opened {
  account: string;
  /** The conversation, with its thread in the older view. */
  thread: ThreadRef;
  /** The channel that the person looks at beside it. */
  beside?: string | undefined;
}

/**
 * Shipmate beside a conversation: prompts from what the person may do, anew when they look at another channel. Apps of the
 * newer view have them above their direct messages, where Slack drops prompts for a thread without a word; those of the
 * older one have a thread for each conversation, which is called after its first line.
 * @see https://docs.slack.dev/ai/migrating-to-agent-messaging
 */
export function listenToAssistant(app: App, { api, deps, track }: SlackContext): void {
  const untitled = new Set<string>();
  let off = false;

  async function suggest(context: Parameters<typeof originOf>[1], { account, beside, thread }: Opened): Promise<void> {
    if (off) return;
    try {
      const origin = await originOf(api, context, account, thread);
      const seen = beside === undefined ? origin : { platform: origin.platform, channel: beside };
      const prompts = await suggestedPrompts(deps, origin, seen);
      const shown = prompts.map(({ line, title }) => ({ title: cutText(title, mostTitle), message: line }));
      await api.suggest(thread, { title: promptsTitle, prompts: shown });
    } catch (error) {
      if (!isWithout(error)) throw error;
      off = true;
      deps.logger.info({ platform: 'slack' }, 'no suggested prompts: the token lacks assistant:write');
    }
  }

  function started(thread: ThreadRef): void {
    makeRoom(untitled, mostThreads);
    untitled.add(formatThread(thread));
  }

  app.event('app_home_opened', async ({ context, event }) => {
    const thread = { channel: event.channel, ts: undefined };
    if (event.tab === 'messages') track(suggest(context, { account: event.user, thread }));
  });
  app.event('app_context_changed', async ({ context, event }) => {
    const seen = event.context.entities?.find(({ type }) => type === 'slack#/types/channel_id');
    const beside = typeof seen?.value === 'string' ? seen.value : undefined;
    track(suggest(context, { account: event.user, thread: { channel: event.channel, ts: undefined }, beside }));
  });
  app.event('assistant_thread_started', async ({ context, event }) => {
    const { channel_id: channel, context: looked, thread_ts: ts, user_id: account } = event.assistant_thread;
    started({ channel, ts });
    track(suggest(context, { account, thread: { channel, ts }, beside: looked.channel_id }));
  });
  app.event('assistant_thread_context_changed', async ({ context, event }) => {
    const { channel_id: channel, context: looked, thread_ts: ts, user_id: account } = event.assistant_thread;
    track(suggest(context, { account, thread: { channel, ts }, beside: looked.channel_id }));
  });
  app.message(async ({ message }) => {
    if (message.channel_type === 'im' && message.subtype === undefined && message.thread_ts !== undefined) {
      const thread = { channel: message.channel, ts: message.thread_ts };
      const title = cutText((message.text ?? '').trim(), mostTitle);
      if (title !== '' && untitled.delete(formatThread(thread))) track(api.entitle(thread, title));
    }
  });
}

function isWithout(error: unknown): boolean {
  return error instanceof webApi.WebAPIPlatformError && error.data.error === 'missing_scope';
}
