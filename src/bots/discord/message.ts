import type { APIActionRowComponent, APIButtonComponentWithCustomId, APIEmbed, MessageFlags } from 'discord.js';
import type { APIMessageTopLevelComponent } from 'discord.js';
import type { Reply, Tone } from '../../replies/reply.ts';
import { harmless } from '../../harmless-text.ts';

export interface DiscordFile {
  name: string;
  data: Buffer;
  /** What screen readers say of a picture. */
  alt?: string;
}

interface Addressed {
  message_reference?: { message_id: string; fail_if_not_exists: false };
  /** Nothing else in a reply pings anybody. */
  allowed_mentions: { parse: []; users?: string[] };
}

/** The look that Discord has taken since 2017. */
export interface EmbedsMessage extends Addressed {
  /** Mentions alone: those in embeds ping nobody. */
  content?: string;
  embeds: APIEmbed[];
  components: APIActionRowComponent<APIButtonComponentWithCustomId>[];
}

/** The look of 2025, which a message keeps: `content` and `embeds` are refused in it. */
export interface ComponentsMessage extends Addressed {
  flags: MessageFlags.IsComponentsV2;
  components: APIMessageTopLevelComponent[];
}

export type DiscordMessage = EmbedsMessage | ComponentsMessage;

/** Names of the files, as messages refer to them. */
export const logFile = 'log.txt';
export const pictureFile = 'picture.png';

/** A longer log is a file beside its end. */
export const mostLogShown = 2_000;
/** Bytes, of the 10 MiB that a message's files may have; the rest is room for a picture. */
const mostLog = 9 * 1024 ** 2;

export const colours: Record<Tone, number> = {
  info: 0x1d74d4,
  success: 0x2a9d5c,
  warning: 0xd9952b,
  danger: 0xcf3b3b,
};

/** As a reply to a message, or an ordinary one when that was deleted. */
export function replyTo<T extends DiscordMessage>(message: string, shown: T): T {
  return { ...shown, message_reference: { message_id: message, fail_if_not_exists: false } };
}

/** What is too long for a message goes up as a file, and pictures do. */
export function attachmentsOf(reply: Reply): DiscordFile[] {
  const { code = '', picture } = reply;
  const log = code.length > mostLogShown ? [{ name: logFile, data: endOf(Buffer.from(harmless(code))) }] : [];
  const shown = picture ? [{ name: pictureFile, data: Buffer.from(picture.png), alt: picture.alt }] : [];
  return [...log, ...shown];
}

/** The last lines that Discord takes, under a line that says so. */
function endOf(log: Buffer): Buffer {
  if (log.length <= mostLog) return log;
  const from = log.indexOf('\n', log.length - mostLog + 100) + 1;
  return Buffer.concat([
    Buffer.from('… earlier lines are left out: the file would be too large for Discord\n'),
    log.subarray(from),
  ]);
}
