import { type types, webApi } from '@slack/bolt';
import { randomUUID } from 'node:crypto';
import { textWithin } from '../../bounded-answer.ts';
import type { Reach } from '../../usecases/notifications/reach.ts';
import { makeRoom } from '../../make-room.ts';
import type { MessageRef } from '../bot.ts';
import { resolveWithin } from '../resolve-within.ts';
import { createPostOnce } from './post-once.ts';
import { reachOf } from './reach.ts';
import { scopeProblem } from './tokens.ts';
import { threadArguments, type ThreadRef } from './thread-ref.ts';
import { type Drawn, RespondError, sendDrawn } from './looks.ts';
import type { SlackMessage } from './render.ts';
import { createRateLimit, type Rate, type RateLimit } from '../rate-limit.ts';

/** `chat.update` is Tier 3, 50 a minute for the whole workspace; a message a second for each channel. */
const rates = {
  edit: { burst: 8, perMinute: 42 },
  post: { burst: 3, perMinute: 57 },
  tier3: { burst: 10, perMinute: 40 },
  tier4: { burst: 20, perMinute: 80 },
} satisfies Record<string, Rate>;
/** A call that takes longer counts as an outage, milliseconds. */
export const callMs = 10_000;
/** Channels whose pace is remembered. */
const mostChannels = 500;
const mostNames = 5_000;
/** People travel: their zones are remembered so long, milliseconds. */
const zoneMs = 3_600_000;
/** How long a command waits to learn which workspace it is in, milliseconds. */
const teamMs = 1_000;

type Suggested = webApi.AssistantThreadsSetSuggestedPromptsArguments;

export interface SlackFile {
  filename: string;
  content: Buffer;
  /** What it is, and what a picture shows. */
  title: string;
}

/** Slack's Web API at the pace it allows: what is refused with 429 waits as long as it says, and is sent again. */
export interface SlackApi {
  /**
   * @param key Names the post (default: another one each time): the message that was posted under it before shows this one.
   * @returns the message's timestamp, which is its id.
   */
  post(thread: ThreadRef, drawn: Drawn, key?: string): Promise<string>;
  /** `newest` is asked for what to show when this had to wait; `signal` ends the waiting. */
  update(
    ref: MessageRef,
    drawn: Drawn,
    options: { newest?: (() => Promise<Drawn>) | undefined; signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** Only this person sees it, until their next reload. */
  whisper(thread: ThreadRef, account: string, drawn: Drawn): Promise<void>;
  /** The same, or for all of the channel, where Shipmate is no member: five times within 30 minutes of what the person did. */
  respond(url: string, drawn: Drawn, to?: 'ephemeral' | 'in_channel'): Promise<void>;
  openView(trigger: string, view: types.View): Promise<void>;
  publishHome(account: string, view: types.HomeView): Promise<void>;
  unfurl(options: webApi.ChatUnfurlArguments): Promise<void>;
  /** Fills the pane of a work object, within three seconds of the click. */
  presentDetails(options: webApi.EntityPresentDetailsArguments): Promise<void>;
  /** Prompts above the conversation; at most four. */
  suggest(thread: ThreadRef, prompts: Pick<Suggested, 'prompts' | 'title'>): Promise<void>;
  entitle(thread: ThreadRef, title: string): Promise<void>;
  /** Says in the thread that the answer is on its way, until it is there. */
  setBusy(thread: ThreadRef, status: string): Promise<void>;
  upload(thread: ThreadRef, file: SlackFile): Promise<void>;
  /** The conversation with one person. */
  openDirect(account: string): Promise<ThreadRef>;
  /** The address of a message. @throws {Error} when Slack does not know the message. */
  permalink(ref: MessageRef): Promise<string | undefined>;
  /** Whether the conversation is the one between this person and Shipmate, and not between two people. */
  isOwnDirect(account: string, channel: string): Promise<boolean>;
  /** The workspace that installed the app; undefined while Slack does not tell. */
  team(): Promise<string | undefined>;
  /** Whether messages may be posted in a channel. @throws {Error} when Slack does not answer. */
  reach(channel: string): Promise<Reach>;
  /** How the person is called; their id when Slack does not tell. */
  nameOf(account: string): Promise<string>;
  /** The IANA time zone in the person's profile. */
  zoneOf(account: string): Promise<string | undefined>;
  /** @returns what the token lacks. @throws {Error} when it is wrong or Slack is away. */
  check(): Promise<string | undefined>;
}

/** `stopping` ends everything that waits. */
export function createSlackApi(client: webApi.WebClient, stopping: AbortSignal): SlackApi {
  const postOnce = createPostOnce(client);
  const edits = createRateLimit(rates.edit);
  const whispers = createRateLimit(rates.tier4);
  const opening = createRateLimit(rates.tier3);
  const unfurling = createRateLimit(rates.tier3);
  const publishing = createRateLimit(rates.tier4);
  const uploading = createRateLimit(rates.tier4);
  const linking = createRateLimit(rates.tier4);
  const suggesting = createRateLimit(rates.tier4);
  const posts = new Map<string, RateLimit>();
  const names = new Map<string, string>();
  const zones = new Map<string, { zone: string | undefined; at: number }>();
  const directs = new Map<string, string>();
  let team: string | undefined;

  function turnsOf(channel: string): RateLimit {
    const known = posts.get(channel);
    if (known) return known;
    makeRoom(posts, mostChannels);
    const made = createRateLimit(rates.post);
    posts.set(channel, made);
    return made;
  }

  /** `send` is told whether there was a wait before it. */
  async function paced<T>(turns: RateLimit, send: (waited: boolean) => Promise<T>, signal = stopping): Promise<T> {
    for (let waited = false; ; waited = true) {
      waited = (await turns.take(signal)) || waited;
      try {
        return await send(waited);
      } catch (error) {
        if (!(error instanceof webApi.WebAPIRateLimitedError)) throw error;
        turns.pause(error.retryAfter * 1_000);
      }
    }
  }

  async function check(): Promise<string | undefined> {
    const { response_metadata: told, team_id: id } = await client.auth.test();
    team = id;
    return scopeProblem(told?.scopes);
  }

  async function openDirect(account: string): Promise<ThreadRef> {
    const { channel } = await paced(opening, () => client.conversations.open({ users: account }));
    if (channel?.id === undefined) throw new Error('conversations.open named no conversation');
    if (directs.size >= mostNames) directs.clear();
    directs.set(account, channel.id);
    return { channel: channel.id, ts: undefined };
  }

  return {
    post: (thread, drawn, key = randomUUID()) =>
      sendDrawn(drawn, (message) =>
        postOnce({ thread, message, key, send: (call) => paced(turnsOf(thread.channel), call) }),
      ),
    async update({ channel, message: ts }, first, { newest, signal }) {
      const either = signal ? AbortSignal.any([signal, stopping]) : stopping;
      await paced(
        edits,
        async (waited) => {
          const drawn = waited && newest ? await newest() : first;
          await sendDrawn(drawn, (message) => client.chat.update({ channel, ts, ...message }));
        },
        either,
      );
    },
    async whisper(thread, account, drawn) {
      const target = { ...threadArguments(thread), user: account };
      await sendDrawn(drawn, (message) => paced(whispers, () => client.chat.postEphemeral({ ...target, ...message })));
    },
    respond: (url, drawn, to = 'ephemeral') => sendDrawn(drawn, (message) => respond(url, message, to)),
    async openView(trigger, view) {
      await client.views.open({ trigger_id: trigger, view });
    },
    async publishHome(account, view) {
      await paced(publishing, () => client.views.publish({ user_id: account, view }));
    },
    async unfurl(options) {
      await paced(unfurling, () => client.chat.unfurl(options));
    },
    async presentDetails(options) {
      await client.entity.presentDetails(options);
    },
    async suggest({ channel: channel_id, ts }, prompts) {
      const target = ts === undefined ? { channel_id } : { channel_id, thread_ts: ts };
      await paced(suggesting, () => client.assistant.threads.setSuggestedPrompts({ ...target, ...prompts }));
    },
    async entitle({ channel: channel_id, ts = '' }, title) {
      await paced(suggesting, () => client.assistant.threads.setTitle({ channel_id, thread_ts: ts, title }));
    },
    async setBusy({ channel: channel_id, ts = '' }, status) {
      await client.assistant.threads.setStatus({ channel_id, thread_ts: ts, status });
    },
    async upload(thread, { filename, content, title }) {
      const file = { filename, file: content, title, alt_text: title };
      const { channel: channel_id, thread_ts } = threadArguments(thread);
      const target = thread_ts === undefined ? { channel_id, ...file } : { channel_id, thread_ts, ...file };
      await paced(uploading, () => client.files.uploadV2(target));
    },
    openDirect,
    async permalink({ channel, message: message_ts }) {
      const { permalink } = await paced(linking, () => client.chat.getPermalink({ channel, message_ts }));
      return permalink;
    },
    async isOwnDirect(account, channel) {
      try {
        const own = directs.get(account) ?? (await openDirect(account)).channel;
        return own === channel;
      } catch {
        return false;
      }
    },
    reach: (channel) => reachOf(client, channel),
    async nameOf(account) {
      const known = names.get(account);
      if (known !== undefined) return known;
      try {
        const { user } = await client.users.info({ user: account });
        const name = user?.profile?.display_name || user?.real_name || user?.name || account;
        if (names.size >= mostNames) names.clear();
        names.set(account, name);
        return name;
      } catch {
        return account;
      }
    },
    async team() {
      // Slack waits three seconds for the answer to a form.
      if (team === undefined)
        await resolveWithin(
          check().catch(() => undefined),
          teamMs,
        );
      return team;
    },
    async zoneOf(account) {
      const known = zones.get(account);
      if (known && performance.now() - known.at < zoneMs) return known.zone;
      try {
        const zone = (await client.users.info({ user: account })).user?.tz;
        if (zones.size >= mostNames) zones.clear();
        zones.set(account, { zone, at: performance.now() });
        return zone;
      } catch {
        return known?.zone;
      }
    },
    check,
  };
}

async function respond(url: string, message: SlackMessage, to: 'ephemeral' | 'in_channel'): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: to, replace_original: false, ...message }),
    signal: AbortSignal.timeout(callMs),
  });
  const answer = await textWithin(response);
  // A refusal may come with the status 200.
  if (!response.ok || /"ok"\s*:\s*false/.test(answer))
    throw new RespondError(`response_url answered ${response.status} ${answer.slice(0, 100)}`);
}
