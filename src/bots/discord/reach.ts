import {
  type APIChannel,
  type APIGuildChannel,
  type APIGuildMember,
  type APIRole,
  type APIThreadChannel,
  ChannelType,
  type REST,
  Routes,
} from 'discord.js';
import type { Reach } from '../../usecases/notifications/reach.ts';
import { allOf } from '../../word-lists.ts';
import { isThreadType, missingPermissions, permissionsIn } from './permissions.ts';
import { discordRefusal } from './refusals.ts';

/** Posts are made in their threads, or in the channels below. */
const withoutMessages = new Set<ChannelType>([
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildCategory,
]);

/** Whether messages may be posted there. @param botId The bot's own account. @throws {Error} when Discord does not answer. */
export async function reachOf(rest: REST, botId: string, channel: string): Promise<Reach> {
  try {
    return await look(rest, botId, (await rest.get(Routes.channel(channel))) as APIChannel);
  } catch (error) {
    const refusal = discordRefusal(error);
    if (refusal?.kind !== 'channel') throw error;
    return { state: 'refused', why: refusal.message, step: refusal.step };
  }
}

async function look(rest: REST, botId: string, channel: APIChannel): Promise<Reach> {
  if (!('guild_id' in channel) || channel.guild_id === undefined) return { state: 'open' };
  if (withoutMessages.has(channel.type))
    return { state: 'refused', why: 'it takes no messages itself', step: 'Choose a channel or a thread in it.' };
  const thread = isThread(channel);
  if (thread && channel.thread_metadata?.locked)
    return { state: 'refused', why: 'the thread is locked', step: 'Unlock the thread, or use the channel.' };
  const guild = channel.guild_id;
  const [roles, member, home] = await Promise.all([
    rest.get(Routes.guildRoles(guild)) as Promise<APIRole[]>,
    rest.get(Routes.guildMember(guild, botId)) as Promise<APIGuildMember>,
    // Threads have the overwrites of their channel.
    thread ? (rest.get(Routes.channel(channel.parent_id ?? '')) as Promise<APIChannel>) : channel,
  ]);
  const { permission_overwrites: overwrites } = home as APIGuildChannel;
  const own = permissionsIn({ id: guild, roles }, { id: botId, roles: member.roles }, overwrites);
  const missing = missingPermissions(own, thread);
  if (missing.length === 0) return { state: 'open' };
  return { state: 'refused', why: `I lack ${allOf(missing)}`, step: grant(missing) };
}

/** The step that mends it, a sentence. */
export function grant(missing: readonly string[]): string {
  return `Give the role \`Shipmate\` ${missing.length === 1 ? 'it' : 'them'} under Edit Channel → Permissions.`;
}

function isThread(channel: APIChannel): channel is APIThreadChannel {
  return isThreadType(channel.type);
}
