import { Refusal } from './refusal.ts';
import type { SlackWorld } from './world.ts';

type Arguments = Record<string, unknown>;

/** What Slack shows above and in a conversation with an agent. */
export function assistantSide(world: SlackWorld): Record<string, (args: Arguments) => Record<string, unknown>> {
  function threadOf(args: Arguments): string | undefined {
    const channel = String(args['channel_id']);
    if (!world.channels.has(channel)) throw new Refusal('channel_not_found');
    return typeof args['thread_ts'] === 'string' && args['thread_ts'] !== '' ? args['thread_ts'] : undefined;
  }

  return {
    // https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: “up to four suggested prompts”,
    // “including [thread_ts] in a call for an agent app will cause the call to silently fail”.
    'assistant.threads.setSuggestedPrompts'(args) {
      const thread = threadOf(args);
      const prompts = args['prompts'] as { title?: string; message?: string }[];
      const whole = prompts.every(({ message, title }) => Boolean(message) && Boolean(title));
      if (prompts.length === 0 || prompts.length > 4 || !whole) throw new Refusal('invalid_arguments');
      if (world.view === 'assistant' && thread === undefined) throw new Refusal('invalid_thread_ts');
      if (world.view === 'agent' && thread !== undefined) return {};
      world.prompts.push({ channel: String(args['channel_id']), thread, title: args['title'], prompts });
      return {};
    },
    'assistant.threads.setTitle'(args) {
      const thread = threadOf(args);
      const { title } = args;
      if (thread === undefined || typeof title !== 'string' || title === '') throw new Refusal('invalid_thread_ts');
      world.titles.set(thread, title);
      return {};
    },
    'assistant.threads.setStatus'(args) {
      const thread = threadOf(args);
      if (thread === undefined) throw new Refusal('invalid_thread_ts');
      world.statuses.push({ thread, status: String(args['status']), posts: world.messages.length });
      return {};
    },
  };
}
