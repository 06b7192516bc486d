import type { Platform } from '../../entities/chat-message.ts';
import { UsageError } from '../../errors.ts';
import type { ChannelRef } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { quoted } from '../../quoted.ts';

/** Channel mentions and ids of each platform. */
const written: [Platform, RegExp][] = [
  ['slack', /^<#([CG][A-Z0-9]{5,30})(?:\|[^>]*)?>$/],
  ['discord', /^<#(\d{15,25})>$/],
  ['slack', /^#?(?:slack:)?([CG][A-Z0-9]{7,30})$/],
  ['discord', /^#?(?:discord:)?(\d{15,25})$/],
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
    throw new UsageError('This is not a channel. Specify one: `slack:C0123ABCD` or `discord:…`.');
  return { platform, channel: channel.split('/')[0] ?? channel };
}
