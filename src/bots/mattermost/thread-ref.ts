/** A channel, or a thread of it. */
export interface ThreadRef {
  channel: string;
  /** Id of the thread's first post. */
  root: string | undefined;
}

/** As `chat_messages.channel` and origins hold it: an id of 26 letters and digits, or two with a slash for a thread. */
export function formatThread({ channel, root }: ThreadRef): string {
  return root ? `${channel}/${root}` : channel;
}

export function parseThread(text: string): ThreadRef {
  const [channel = '', root] = text.split('/');
  return { channel, root };
}
