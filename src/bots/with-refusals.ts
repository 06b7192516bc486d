import { makeRoom } from '../make-room.ts';
import type { Bot } from './bot.ts';
import { RefusedError } from './refused.ts';

/** Channels that are remembered. */
const most = 100;
/** After this a refusal is no longer shown, milliseconds. */
const shownMs = 24 * 3_600_000;

/**
 * Tells refusals for good from outages, and shows the last one in `problem` until the channel takes a message again.
 * @param refusalOf The refusal that an error of the platform's client means; undefined when a retry may work.
 */
export function withRefusals(bot: Bot, refusalOf: (error: unknown) => RefusedError | undefined): Bot {
  const refused = new Map<string, { error: RefusedError; at: number }>();

  async function noted<T>(channel: string, send: () => Promise<T>): Promise<T> {
    try {
      const sent = await send();
      refused.delete(channel);
      return sent;
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      if (refusal.kind === 'channel') note(channel, refusal);
      throw refusal;
    }
  }

  function note(channel: string, error: RefusedError): void {
    refused.delete(channel);
    makeRoom(refused, most);
    refused.set(channel, { error, at: Date.now() });
  }

  function lastRefusal(): string | undefined {
    const [channel, last] = [...refused].at(-1) ?? [];
    if (!channel || !last || Date.now() - last.at > shownMs) return undefined;
    return `cannot write in ${channel}: ${last.error.message}. ${last.error.step}`;
  }

  const { postUnder } = bot;
  return {
    ...bot,
    ...(postUnder && { postUnder: (ref, reply, key) => noted(ref.channel, () => postUnder(ref, reply, key)) }),
    post: (channel, reply, key) => noted(channel, () => bot.post(channel, reply, key)),
    edit: (ref, reply, options) => noted(ref.channel, () => bot.edit(ref, reply, options)),
    problem: () => bot.problem?.() ?? lastRefusal(),
  };
}
