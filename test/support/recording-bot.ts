import type { Bot } from '../../src/bots/bot.ts';
import type { Reply } from '../../src/replies/reply.ts';

export interface RecordingBot extends Bot {
  /** What was done, in order; the message's id with what it says, e.g. `post 1 cloning`. */
  readonly did: string[];
  /** The most edits of one message that were under way at once. */
  readonly mostAtOnce: number;
  /** Called before each post and edit; what it throws is what the platform answers. */
  refuse: (channel: string, reply: Reply) => void | Promise<void>;
}

/** A chat platform that remembers what it was told to show. */
export function recordingBot(over: Partial<Bot> = {}): RecordingBot {
  const did: string[] = [];
  const underWay = new Map<string, number>();
  let posted = 0;
  let mostAtOnce = 0;

  async function show(bot: RecordingBot, channel: string, reply: Reply): Promise<void> {
    const count = (underWay.get(channel) ?? 0) + 1;
    underWay.set(channel, count);
    mostAtOnce = Math.max(mostAtOnce, count);
    try {
      await bot.refuse(channel, reply);
    } finally {
      underWay.set(channel, count - 1);
    }
  }

  return {
    platform: 'slack',
    editIntervalMs: 1,
    local: false,
    start: async () => undefined,
    stop: async () => undefined,
    async post(channel, reply) {
      await show(this as RecordingBot, channel, reply);
      const message = String((posted += 1));
      did.push(`post ${message} ${stateOf(reply)}`);
      return { channel, message };
    },
    async edit({ channel, message }, reply) {
      await show(this as RecordingBot, channel, reply);
      did.push(`edit ${message} ${stateOf(reply)}`);
    },
    did,
    get mostAtOnce() {
      return mostAtOnce;
    },
    refuse: () => undefined,
    ...over,
  };
}

function stateOf({ text = '' }: Reply): string {
  return text.split('\n')[0] ?? '';
}
