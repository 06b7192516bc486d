import type { Platform } from '../../entities/chat-message.ts';
import { UsageError } from '../../errors.ts';
import type { ChannelRef } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { chatIds, chatPlatforms } from '../../config-chat-platforms.ts';
import { quoted } from '../../quoted.ts';
import { anyOf } from '../../word-lists.ts';

/** Channel mentions and ids of each platform. */
const written: [Platform, RegExp][] = [
  ...chatIds.flatMap((id) => chatPlatforms[id].channels.map((pattern): [Platform, RegExp] => [id, pattern])),
  ['console', /^(console)$/],
];

/**
 * Reads a channel: `here`, a mention as the platform sends it, or an id.
 * @throws {UsageError} for a bare `#name`, which only the platform could resolve.
 */
export function channelOf(text: string, origin: Pick<Origin, 'platform' | 'channel'>): ChannelRef {
  if (text === 'here') return here(origin);
  for (const [platform, pattern] of written) {
    const channel = pattern.exec(text)?.[1];
    if (channel !== undefined) return { platform, channel };
  }
  throw new UsageError(
    `${quoted(text)} is not a channel. Write \`here\` in the channel itself, pick one from the list that appears ` +
      'after `#`, or give a channel id.',
  );
}

/** The current channel; for a thread, its parent channel. */
function here({ platform, channel }: Pick<Origin, 'platform' | 'channel'>): ChannelRef {
  if (platform === 'http')
    throw new UsageError(
      `This is not a channel. Specify one: ${anyOf(chatIds.map((id) => chatPlatforms[id].example))}.`,
    );
  return { platform, channel: channel.split('/')[0] ?? channel };
}
