import { DiscordAPIError } from 'discord.js';
import { type RefusalKind, RefusedError } from '../refused.ts';

const permissions =
  'Give the role `Shipmate` View Channel, Send Messages, Send Messages in Threads, Embed Links and Attach Files there.';
const nothing = 'Nothing is to be done.';

/** @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const refusals: Record<number, { kind: RefusalKind; step: string }> = {
  10_003: { kind: 'channel', step: 'The channel does not exist any more: choose another one.' },
  10_008: { kind: 'gone', step: nothing },
  50_001: { kind: 'channel', step: permissions },
  50_005: { kind: 'closed', step: nothing },
  50_006: { kind: 'channel', step: permissions },
  50_008: { kind: 'channel', step: 'Choose a channel or a thread that takes messages.' },
  50_013: { kind: 'channel', step: permissions },
  50_035: { kind: 'content', step: 'Please report this: Discord does not take the message.' },
  50_083: { kind: 'channel', step: 'Unarchive the thread, or use the channel.' },
  160_005: { kind: 'channel', step: 'Unlock the thread, or use the channel.' },
};

/** Undefined when a retry may work. */
export function discordRefusal(error: unknown): RefusedError | undefined {
  if (!(error instanceof DiscordAPIError)) return undefined;
  const refusal = refusals[Number(error.code)];
  return refusal && new RefusedError(error, refusal);
}
