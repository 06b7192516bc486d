import { type APIOverwrite, type APIRole, ChannelType, OverwriteType, PermissionFlagsBits } from 'discord.js';

/** What a message needs, in Discord's words. */
const needed = [
  ['View Channel', PermissionFlagsBits.ViewChannel],
  ['Send Messages', PermissionFlagsBits.SendMessages],
  ['Embed Links', PermissionFlagsBits.EmbedLinks],
  ['Attach Files', PermissionFlagsBits.AttachFiles],
] as const;

/** For threads, in which Send Messages does not count. */
const inThreads = ['Send Messages in Threads', PermissionFlagsBits.SendMessagesInThreads] as const;

const threads = new Set<ChannelType>([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

export function isThreadType(type: ChannelType): boolean {
  return threads.has(type);
}

/** Names of the permissions that messages need and that are missing. */
export function missingPermissions(permissions: bigint, thread: boolean): string[] {
  if ((permissions & PermissionFlagsBits.Administrator) !== 0n) return [];
  const wanted = needed.map((one) => (thread && one[0] === 'Send Messages' ? inThreads : one));
  return wanted.filter(([, bit]) => (permissions & bit) === 0n).map(([name]) => name);
}

interface Member {
  id: string;
  /** Ids. */
  roles: readonly string[];
}

/**
 * What a member may do in a channel: what their roles grant, then what the channel overwrites.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function permissionsIn(
  guild: { id: string; roles: readonly Pick<APIRole, 'id' | 'permissions'>[] },
  { id, roles }: Member,
  overwrites: readonly APIOverwrite[] = [],
): bigint {
  // The role of everybody has the id of the guild.
  const held = guild.roles.filter((role) => role.id === guild.id || roles.includes(role.id));
  const granted = held.reduce((all, { permissions }) => all | BigInt(permissions), 0n);
  const everybody = overwrites.filter((one) => one.id === guild.id);
  const ofRoles = overwrites.filter((one) => one.type === OverwriteType.Role && roles.includes(one.id));
  const own = overwrites.filter((one) => one.type === OverwriteType.Member && one.id === id);
  return [everybody, ofRoles, own].reduce(overwritten, granted);
}

function overwritten(permissions: bigint, overwrites: readonly APIOverwrite[]): bigint {
  const denied = overwrites.reduce((all, { deny }) => all | BigInt(deny), 0n);
  const allowed = overwrites.reduce((all, { allow }) => all | BigInt(allow), 0n);
  return (permissions & ~denied) | allowed;
}
