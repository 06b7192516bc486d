/** A permission of the bot's token. */
export interface Scope {
  name: string;
  /** What it is for. */
  why: string;
  /** What is off without it, where the rest works; undefined where Shipmate cannot do its work. */
  without?: string;
  /** Nobody is told that it is missing. */
  optional?: true;
}

/** The scopes that the manifest asks for, the documentation explains and the check looks for. */
export const scopes: readonly Scope[] = [
  { name: 'commands', why: '`/ship`' },
  { name: 'app_mentions:read', why: '`@Shipmate …`, which also works in threads' },
  { name: 'chat:write', why: 'answers, and live messages with their edits' },
  { name: 'chat:write.public', why: 'the same in public channels without an invitation; private ones need one' },
  {
    name: 'channels:read',
    why: 'whether Shipmate can write in the channel of a notification route; it reads no messages with it',
  },
  { name: 'groups:read', why: 'the same for private channels' },
  { name: 'im:history', why: 'messages sent directly to Shipmate; it reads no other conversation' },
  { name: 'im:write', why: 'direct messages: long logs, answers to the Home tab, and where Shipmate may not write' },
  { name: 'files:write', why: 'long logs as files' },
  { name: 'users:read', why: 'the names in “asked by ada”' },
  {
    name: 'users:read.email',
    why: 'optional: who wrote the commit that failed, if their account isn’t linked',
    without: 'mentions of authors whose accounts are not linked',
    optional: true,
  },
  { name: 'links:read', why: 'links to deployments and applications', without: 'previews of links' },
  { name: 'links:write', why: 'their previews', without: 'previews of links' },
  {
    name: 'assistant:write',
    why: 'suggested prompts and titles where people write to Shipmate as an agent',
    without: 'suggested prompts',
  },
];
