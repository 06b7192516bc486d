import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { MattermostMessage } from '../../../src/bots/mattermost/render.ts';
import type { Dialog } from '../../../src/bots/mattermost/dialog.ts';

const letters = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** An id as the server makes them: 26 letters and digits. */
export function newId(): string {
  return Array.from(randomBytes(26), (byte) => letters[byte % letters.length]).join('');
}

/** What `world.ahead` moves; nothing expires by itself on a busy machine. */
export interface Post {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  user_id: string;
  channel_id: string;
  root_id: string;
  message: string;
  type: string;
  props: Record<string, unknown> & { attachments?: MattermostMessage['props']['attachments'] };
  file_ids: string[];
}

export interface Channel {
  id: string;
  /** Open, private, direct. */
  type: 'O' | 'P' | 'D';
  name: string;
  team_id: string;
  delete_at: number;
  members: Set<string>;
  last_post_at: number;
}

export interface User {
  id: string;
  username: string;
  email: string;
  nickname: string;
  first_name: string;
  last_name: string;
  timezone: { useAutomaticTimezone: string; automaticTimezone: string; manualTimezone: string };
}

/** What a person alone was shown. */
export interface Ephemeral {
  id: string;
  account: string;
  channel: string;
  message: string;
  attachments: NonNullable<Post['props']['attachments']>;
}

function user(username: string, more: Partial<User> = {}): User {
  const timezone = { useAutomaticTimezone: 'true', automaticTimezone: 'Europe/Berlin', manualTimezone: '' };
  const email = `${username}@example.com`;
  return { id: newId(), username, email, nickname: '', first_name: '', last_name: '', timezone, ...more };
}

/** Everything that the server knows and was told. */
export function createWorld() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bot = user('shipmate');
  const ada = user('ada', { nickname: 'Ada' });
  const bob = user('bob');
  const team = newId();
  const channel = (name: string, type: Channel['type'], members: User[]): Channel => ({
    id: newId(),
    type,
    name,
    team_id: type === 'D' ? '' : team,
    delete_at: 0,
    members: new Set(members.map(({ id }) => id)),
    last_post_at: 0,
  });
  const deploys = channel('deploys', 'O', [bot, ada, bob]);
  const lounge = channel('lounge', 'O', [ada, bob]);
  return {
    token: newId(),
    commandToken: newId(),
    privateKey,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    bot,
    ada,
    bob,
    team,
    deploys,
    lounge,
    /** Whether the bot is a system admin, who may post for one person's eyes. */
    botIsAdmin: false,
    maxPostSize: 16_383,
    users: new Map([bot, ada, bob].map((one) => [one.id, one])),
    channels: new Map([deploys, lounge].map((one) => [one.id, one])),
    posts: new Map<string, Post>(),
    /** Every message that a post had, by its id. */
    states: new Map<string, MattermostMessage[]>(),
    ephemerals: [] as Ephemeral[],
    files: new Map<string, { name: string; size: number; channel: string }>(),
    dialogs: [] as { account: string; url: string; dialog: Dialog }[],
    /** Paths of `response_url`s, and for whom. */
    hooks: new Map<string, { account: string; channel: string; root: string; uses: number; madeAt: number }>(),
    pending: new Map<string, string>(),
    /** What was refused, and why. */
    refused: [] as string[],
    requests: [] as string[],
    /** Requests that are still answered 429, and those that are carried out and then answered 502. */
    limitNext: 0,
    lostNext: 0,
    limited: 0,
    /** Answers 503 to everything. */
    down: false,
    /** Milliseconds that the server's clock is ahead, for what expires. */
    ahead: 0,
    clock: Date.now(),
  };
}
export type MattermostWorld = ReturnType<typeof createWorld>;

/** Each thing that happens is a millisecond later, so that the order is known. */
export function tick(world: MattermostWorld): number {
  world.clock = Math.max(world.clock + 1, Date.now());
  return world.clock;
}

/** The conversation of two people. */
export function directChannel(world: MattermostWorld, one: string, other: string): Channel {
  const name = [one, other].sort().join('__');
  const known = [...world.channels.values()].find((channel) => channel.name === name);
  if (known) return known;
  const made: Channel = {
    id: newId(),
    type: 'D',
    name,
    team_id: '',
    delete_at: 0,
    members: new Set([one, other]),
    last_post_at: 0,
  };
  world.channels.set(made.id, made);
  return made;
}
