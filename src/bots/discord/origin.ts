import type { APIInteraction } from 'discord.js';
import type { Origin } from '../../usecases/origin.ts';

/** Who spoke and where; accounts are the same in every guild and in direct messages. */
export function originOf(interaction: APIInteraction): Origin {
  const { channel, guild_id: guild, member } = interaction;
  const user = member?.user ?? interaction.user;
  return {
    platform: 'discord',
    workspace: guild ?? 'dm',
    channel: channel?.id ?? '',
    account: user?.id ?? '',
    accountName: member?.nick ?? user?.global_name ?? user?.username ?? 'somebody',
  };
}
