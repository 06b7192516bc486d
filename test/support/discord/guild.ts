/** Discord's own bits. @see https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
export const bits = {
  administrator: 1n << 3n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  sendMessagesInThreads: 1n << 38n,
};

const invited = bits.viewChannel | bits.sendMessages | bits.embedLinks | bits.attachFiles | bits.sendMessagesInThreads;

export const guildId = '200000000000000001';
export const botId = '1';
export const botRole = '210000000000000001';

interface Overwrite {
  id: string;
  /** 0: of a role, 1: of a member. */
  type: 0 | 1;
  allow: string;
  deny: string;
}

export interface ChannelSeen {
  id: string;
  /** 0 text, 1 direct, 11 public thread, 15 forum. */
  type: 0 | 1 | 11 | 15;
  guild_id?: string;
  parent_id?: string;
  permission_overwrites?: Overwrite[];
  thread_metadata?: { archived: boolean; locked: boolean };
}

const text = (id: string): ChannelSeen => ({ id, type: 0, guild_id: guildId, permission_overwrites: [] });

/** A server that the bot was added to with the permissions of docs/discord.md, and its channels. */
export function createGuild() {
  const channels = [text('300000000000000001'), text('300000000000000009'), text('500000000000000001')];
  return {
    id: guildId,
    /** The role of everybody has the id of the guild. */
    roles: [
      { id: guildId, name: '@everyone', permissions: '0' },
      { id: botRole, name: 'Shipmate', permissions: String(invited) },
    ],
    /** Of the bot. */
    member: { roles: [botRole] },
    channels: new Map(channels.map((one) => [one.id, one])),
    /** Makes a thread of the channel. @returns its id. */
    addThread(parent: string, metadata = { archived: false, locked: false }): string {
      const id = `31${parent.slice(2)}`;
      this.channels.set(id, { id, type: 11, guild_id: guildId, parent_id: parent, thread_metadata: metadata });
      return id;
    },
    /** Takes permissions from the bot's role in the channel. */
    deny(channel: string, ...denied: bigint[]): void {
      const deny = String(denied.reduce((all, bit) => all | bit, 0n));
      this.channels.get(channel)?.permission_overwrites?.push({ id: botRole, type: 0, allow: '0', deny });
    },
  };
}

export type Guild = ReturnType<typeof createGuild>;

/**
 * “Implicit permissions”, “Permission overwrites” and “Threads” of https://docs.discord.com/developers/topics/permissions:
 * roles, then what the channel takes and gives; threads inherit from their channel.
 */
export function permissionsOf(guild: Guild, channel: string): bigint {
  const seen = guild.channels.get(channel);
  const home = seen?.parent_id === undefined ? seen : guild.channels.get(seen.parent_id);
  let own = 0n;
  for (const { id, permissions } of guild.roles) {
    if (id === guild.id || guild.member.roles.includes(id)) own |= BigInt(permissions);
  }
  for (const { allow, deny } of home?.permission_overwrites ?? []) own = (own & ~BigInt(deny)) | BigInt(allow);
  return own;
}

/** What a message there is refused for. @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export function refusalIn(
  guild: Guild,
  channel: string,
  { edits, embeds, files }: { edits: boolean; embeds: boolean; files: boolean },
): { status: number; why: string; code: number } | undefined {
  const seen = guild.channels.get(channel);
  if (!seen) return { status: 404, why: 'Unknown Channel', code: 10_003 };
  if (seen.guild_id === undefined) return undefined;
  const own = permissionsOf(guild, channel);
  const lacks = (bit: bigint) => (own & (bit | bits.administrator)) === 0n;
  const missing = { status: 403, why: 'Missing Permissions', code: 50_013 };
  if (lacks(bits.viewChannel)) return { status: 403, why: 'Missing Access', code: 50_001 };
  if (seen.type === 15) return { status: 400, why: 'Cannot send messages in a non-text channel', code: 50_008 };
  if (seen.thread_metadata?.locked) return { status: 403, why: 'Thread is locked', code: 160_005 };
  if (edits && seen.thread_metadata?.archived)
    return { status: 400, why: 'Tried to perform an operation on an archived thread', code: 50_083 };
  // “Users must have the SEND_MESSAGES_IN_THREADS permission to send a message in a thread. SEND_MESSAGES has no effect.”
  if (!edits && lacks(seen.type === 11 ? bits.sendMessagesInThreads : bits.sendMessages)) return missing;
  // https://github.com/discord/discord-api-docs/issues/2601: an edit to embeds alone counts as empty instead.
  if (embeds && lacks(bits.embedLinks))
    return edits ? { status: 400, why: 'Cannot send an empty message', code: 50_006 } : missing;
  return files && lacks(bits.attachFiles) ? missing : undefined;
}
