import type { Reply } from './reply.ts';

interface RefusedMessage {
  /** e.g. `The message of your deployment`. */
  what: string;
  channel: string;
  /** Why the platform refuses it. */
  why: string;
  /** What mends it, a sentence. */
  step: string;
}

/** What does not appear where, why, and the step that mends it. */
export function refusedMessageReply({ channel, step, what, why }: RefusedMessage): Reply {
  return { tone: 'warning', text: `${what} cannot appear in the channel ${channel}: ${why}. ${step}` };
}

/** The same of a notification route, which may also be removed. */
export function refusedRouteReply(
  { id, pattern }: { id: string; pattern: string },
  refused: Omit<RefusedMessage, 'what'>,
): Reply {
  const step = `${refused.step} Or remove them: \`notify remove ${id.slice(0, 8)}\`.`;
  return refusedMessageReply({ ...refused, step, what: `Notifications about \`${pattern}\`` });
}
