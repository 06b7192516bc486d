import { type APIInteraction, InteractionContextType } from 'discord.js';
import type { Origin } from '../../usecases/origin.ts';

/** Who spoke and where; accounts are the same in every guild and in direct messages. */
export function originOf(interaction: APIInteraction): Origin {
  const { channel, context, guild_id: guild, member } = interaction;
  const user = member?.user ?? interaction.user;
  return {
    platform: 'discord',
    workspace: guild ?? 'dm',
    channel: channel?.id ?? '',
    // In direct messages there is no guild; only those of several people are shared.
    shared: guild !== undefined || context === InteractionContextType.PrivateChannel,
    account: user?.id ?? '',
    accountName: member?.nick ?? user?.global_name ?? user?.username ?? 'somebody',
  };
}
