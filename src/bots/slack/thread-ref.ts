/** A Slack conversation, or a thread of it. */
export interface ThreadRef {
  channel: string;
  /** Timestamp of the thread's first message. */
  ts: string | undefined;
}

/** As `chat_messages.channel` and origins hold it: `C123`, or `C123/1700000000.000100` for a thread. */
export function formatThread({ channel, ts }: ThreadRef): string {
  return ts === undefined ? channel : `${channel}/${ts}`;
}

export function parseThread(text: string): ThreadRef {
  const [channel = '', ts] = text.split('/');
  return { channel, ts };
}

/** In the arguments of chat.postMessage and its siblings. */
export function threadArguments({ channel, ts }: ThreadRef): { channel: string; thread_ts?: string } {
  return { channel, ...(ts !== undefined && { thread_ts: ts }) };
}

/** A conversation between one person and Shipmate, where nobody else reads along. */
export function isDirect({ channel }: ThreadRef): boolean {
  return channel.startsWith('D');
}
