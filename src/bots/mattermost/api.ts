import type { UserProfile } from '@mattermost/types/users';
import type { Reach } from '../../usecases/notifications/reach.ts';
import type { MessageRef } from '../bot.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { Dialog } from './dialog.ts';
import { type Limits, limitsOf, usualLimits } from './limits.ts';
import { createPostOnce } from './post-once.ts';
import type { Me } from './me.ts';
import { reachOf } from './reach.ts';
import type { MattermostFile, MattermostMessage } from './render.ts';
import { MattermostError, type Rest, TooManyRequestsError } from './rest.ts';
import type { ThreadRef } from './thread-ref.ts';
import { parseSigningKey, type SigningKey } from './trigger.ts';

/** Servers that limit take ten requests a second of one account, and a hundred at once; milliseconds elsewhere. */
const rate = { burst: 20, perMinute: 480 };
const mostKnown = 5_000;
/** What is known of a person is asked for again after this, milliseconds. */
const knownMs = 3_600_000;

/** What is used of a person. */
export interface Person {
  username: string;
  name: string;
  zone: string | undefined;
}

/** What the server tells of itself. */
export interface ServerFacts {
  limits: Limits;
  /** Signs what presses are answered through; undefined where the server does not tell. */
  signingKey: SigningKey | undefined;
}

/** Mattermost's REST API at a pace that it allows: what is refused with 429 waits as long as it says, and is sent again. */
export interface MattermostApi {
  /** Whose token it is. @throws {MattermostError} */
  me(): Promise<Me>;
  facts(): Promise<ServerFacts>;
  /**
   * @param key Names the post (default: another one each time): the message that was posted under it before shows this one.
   * @returns the message's id.
   */
  post(
    thread: ThreadRef,
    message: MattermostMessage,
    options?: { files?: MattermostFile[]; key?: string | undefined },
  ): Promise<string>;
  /** `newest` is asked for what to show when this had to wait; `signal` ends the waiting. */
  edit(
    ref: MessageRef,
    message: MattermostMessage,
    options?: { newest?: (() => Promise<MattermostMessage>) | undefined; signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** Only this person sees it. Only bots that are system admins may: @throws {MattermostError} with 403 else. */
  whisper(thread: ThreadRef, account: string, message: MattermostMessage): Promise<void>;
  /** The conversation with one person. @returns its channel's id. */
  openDirect(account: string): Promise<string>;
  openDialog(trigger: string, url: string, dialog: Dialog): Promise<void>;
  /** Whether messages may be posted in a channel. @throws {Error} when the server does not answer. */
  reach(channel: string): Promise<Reach>;
  /** Undefined when the server does not tell. Never throws. */
  person(account: string): Promise<Person | undefined>;
  accountOfEmail(email: string): Promise<string | undefined>;
  /** The id of a channel by what is typed after `~`; undefined when the bot sees none. */
  channelNamed(team: string, name: string): Promise<string | undefined>;
  rest: Rest;
}

/** `stopping` ends everything that waits. */
export function createMattermostApi(rest: Rest, stopping: AbortSignal): MattermostApi {
  const turns = createRateLimit(rate);
  const people = new Map<string, { person: Person; at: number }>();
  let own: Me | undefined;
  let facts: ServerFacts | undefined;
  const paced: Rest = {
    call: (method, path, body) => atPace(turns, () => rest.call(method, path, body), stopping),
    post: (path, body) => atPace(turns, () => rest.post(path, body), stopping),
  };
  const postOnce = createPostOnce(paced, async () => own ?? me());

  async function me(): Promise<Me> {
    const { id, username } = await paced.call<UserProfile>('GET', '/users/me');
    own = { id, username };
    return own;
  }

  async function upload(channel: string, files: readonly MattermostFile[]): Promise<string[]> {
    if (files.length === 0) return [];
    const form = new FormData();
    form.set('channel_id', channel);
    for (const { data, name } of files) form.append('files', new Blob([new Uint8Array(data)]), name);
    const { file_infos: infos } = await paced.call<{ file_infos: { id: string }[] }>('POST', '/files', form);
    return infos.map(({ id }) => id);
  }

  return {
    rest: paced,
    me,
    async facts() {
      facts ??= await readFacts(paced);
      return facts;
    },
    async post(thread, message, { files = [], key } = {}) {
      return postOnce(thread, message, await upload(thread.channel, files), key);
    },
    async edit({ message: id }, first, { newest, signal } = {}) {
      let shown = first;
      const either = signal ? AbortSignal.any([signal, stopping]) : stopping;
      await atPace(
        turns,
        async (waited) => {
          if (waited && newest) shown = await newest();
          await rest.call('PUT', `/posts/${id}/patch`, shown);
        },
        either,
      );
    },
    async whisper({ channel, root = '' }, account, message) {
      const post = { channel_id: channel, root_id: root, ...message };
      await paced.call('POST', '/posts/ephemeral', { user_id: account, post });
    },
    async openDirect(account) {
      const { id } = await paced.call<{ id: string }>('POST', '/channels/direct', [(own ?? (await me())).id, account]);
      return id;
    },
    async openDialog(trigger, url, dialog) {
      await paced.call('POST', '/actions/dialogs/open', { trigger_id: trigger, url, dialog });
    },
    reach: async (channel) => reachOf(paced, (own ?? (await me())).id, channel),
    async person(account) {
      const known = people.get(account);
      if (known && performance.now() - known.at < knownMs) return known.person;
      try {
        const person = personOf(await paced.call<UserProfile>('GET', `/users/${encodeURIComponent(account)}`));
        if (people.size >= mostKnown) people.clear();
        people.set(account, { person, at: performance.now() });
        return person;
      } catch {
        return known?.person;
      }
    },
    async accountOfEmail(email) {
      try {
        return (await paced.call<UserProfile>('GET', `/users/email/${encodeURIComponent(email)}`)).id;
      } catch {
        return undefined;
      }
    },
    async channelNamed(team, name) {
      try {
        const path = `/teams/${encodeURIComponent(team)}/channels/name/${encodeURIComponent(name)}`;
        return (await paced.call<{ id: string }>('GET', path)).id;
      } catch (error) {
        if (error instanceof MattermostError) return undefined;
        throw error;
      }
    },
  };
}

/** `send` is told whether there was a wait before it. */
async function atPace<T>(turns: RateLimit, send: (waited: boolean) => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waited = false; ; waited = true) {
    waited = (await turns.take(signal)) || waited;
    try {
      return await send(waited);
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) throw error;
      turns.pause(error.retryAfterMs);
    }
  }
}

/** What every client of the server is told. */
async function readFacts(rest: Rest): Promise<ServerFacts> {
  const config = await rest.call<Record<string, string>>('GET', '/config/client?format=old');
  const size = Number(config['MaxPostSize']);
  return {
    limits: Number.isInteger(size) && size > 0 ? limitsOf(size) : usualLimits,
    signingKey: parseSigningKey(config['AsymmetricSigningPublicKey']),
  };
}

function personOf({ first_name: first, last_name: last, nickname, timezone, username }: UserProfile): Person {
  const { automaticTimezone, manualTimezone, useAutomaticTimezone } = timezone ?? {};
  const zone = String(useAutomaticTimezone) === 'true' ? automaticTimezone : manualTimezone;
  return { username, name: nickname || `${first} ${last}`.trim() || username, zone: zone || undefined };
}
