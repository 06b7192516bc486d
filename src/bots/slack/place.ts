/** Where in Slack: a conversation, or a thread of it. */
export interface SlackPlace {
  channel: string;
  /** Timestamp of the thread's first message. */
  thread: string | undefined;
}

/** As `chat_messages.channel` and origins hold it: `C123`, or `C123/1700000000.000100` for a thread. */
export function formatPlace({ channel, thread }: SlackPlace): string {
  return thread === undefined ? channel : `${channel}/${thread}`;
}

/** The `#` of a channel that a person named may stay before its id. */
export function parsePlace(text: string): SlackPlace {
  const [channel = '', thread] = text.replace(/^#/, '').split('/');
  return { channel, thread };
}

/** In the arguments of chat.postMessage and its siblings. */
export function placeArguments({ channel, thread }: SlackPlace): { channel: string; thread_ts?: string } {
  return { channel, ...(thread !== undefined && { thread_ts: thread }) };
}

/** A conversation between one person and Shipmate, where nobody else reads along. */
export function isDirect({ channel }: SlackPlace): boolean {
  return channel.startsWith('D');
}
