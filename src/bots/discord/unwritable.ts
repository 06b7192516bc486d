import { type APIInteraction, ApplicationIntegrationType } from 'discord.js';
import { allOf } from '../../word-lists.ts';
import { isThreadType, missingPermissions } from './permissions.ts';
import { grant } from './reach.ts';

/**
 * Why no message of ours can appear where the interaction comes from, and the step that mends it; undefined when it can.
 * Answers to an interaction need no permission.
 */
export function unwritableIn({
  app_permissions: permissions,
  authorizing_integration_owners: owners,
  channel,
  guild_id: guild,
}: APIInteraction): string | undefined {
  if (guild === undefined) return undefined;
  if (owners[ApplicationIntegrationType.GuildInstall] === undefined)
    return 'I am not a member of this server. Who manages it can press **Add App** on my profile.';
  const missing = missingPermissions(BigInt(permissions), channel !== undefined && isThreadType(channel.type));
  return missing.length === 0 ? undefined : `I lack ${allOf(missing)} in this channel. ${grant(missing)}`;
}
