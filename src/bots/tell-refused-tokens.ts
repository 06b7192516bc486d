import { capitalised } from '../word-lists.ts';
import type { Reply } from '../replies/reply.ts';
import type { Bot } from './bot.ts';

/** A problem that names a token of the configuration, which only the operator can mend. */
const ofToken = /\b[A-Z]+_(?:[A-Z]+_)?TOKEN\b/;

/**
 * Says at the console what a platform refuses, once for each reason: the log is in a file while the console has the
 * terminal. @param everyMs Pause between two looks, milliseconds.
 * @returns what ends it.
 */
export function tellRefusedTokens(
  chats: readonly Pick<Bot, 'platform' | 'problem'>[],
  say: (reply: Reply) => void,
  everyMs = 1_000,
): () => void {
  const told = new Map<string, string>();
  const timer = setInterval(() => {
    for (const { platform, problem } of chats) {
      const why = problem?.();
      if (why === undefined || !ofToken.test(why) || told.get(platform) === why) continue;
      told.set(platform, why);
      say({ tone: 'warning', title: `${capitalised(platform)} does not work`, text: why });
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
