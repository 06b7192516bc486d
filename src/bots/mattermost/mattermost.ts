import { z } from 'zod';
import type { MattermostConfig } from '../../config-chat-platforms.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Bot } from '../bot.ts';
import { createEventMemory } from '../event-memory.ts';
import { createLiveLinks } from '../live-link.ts';
import { resolveWithin } from '../resolve-within.ts';
import { withRefusals } from '../with-refusals.ts';
import { createAnswers } from './answers.ts';
import { createMattermostApi } from './api.ts';
import type { Me } from './me.ts';
import { keepConnected } from './connection.ts';
import { createConversation } from './conversation.ts';
import { createDraw } from './draw.ts';
import { createEdits } from './edits.ts';
import { httpListener } from './http.ts';
import { hearMissed } from './missed.ts';
import { createPostListener } from './posts.ts';
import { mattermostRefusal } from './refusals.ts';
import { filesOf } from './render.ts';
import { createRequests } from './requests.ts';
import { createRest } from './rest.ts';
import type { MattermostEvent } from './socket.ts';
import { formatThread, parseThread } from './thread-ref.ts';

export interface MattermostBotOptions {
  config: MattermostConfig;
  dispatcher: Dispatcher;
  deps: Pick<Deps, 'cipher' | 'config' | 'database' | 'logger'>;
  /** How long to wait before Mattermost is tried again, milliseconds (default 1 000); doubles up to a minute. */
  firstRetryMs?: number;
  /** How often the WebSocket is tried, milliseconds (default 30 000). */
  pingMs?: number;
}

const path = '/mattermost/events';
/** How long a stop waits for answers that are under way, milliseconds. */
const lingerMs = 5_000;

const postedSchema = z.object({
  post: z.string(),
  channel_name: z.string(),
  team_id: z.string().nullish(),
});
const postSchema = z.object({
  id: z.string(),
  create_at: z.number(),
  delete_at: z.number().optional(),
  user_id: z.string(),
  channel_id: z.string(),
  root_id: z.string().default(''),
  message: z.string(),
  type: z.string().default(''),
  props: z.record(z.string(), z.unknown()).nullish(),
});

/** Mattermost by its WebSocket, and by requests on `/mattermost/events` for the slash command, buttons and dialogs. */
export function createMattermostBot({ config, deps, dispatcher, ...times }: MattermostBotOptions): Bot {
  const { commandTokens, token, url } = config;
  const { cipher, logger } = deps;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const api = createMattermostApi(createRest(url, token), stopping.signal);
  const draw = createDraw(api, cipher, `${deps.config.publicUrl}${path}`);
  const edits = createEdits(api);
  const answers = createAnswers({ api, cipher, draw, logger, url: `${deps.config.publicUrl}${path}` });
  const live = createLiveLinks(deps, {
    linkTo: async ({ message }) => `${url}/_redirect/pl/${message}`,
    stopping: stopping.signal,
  });
  const conversation = createConversation({ answers, dispatcher, live, logger, track });
  /** Who the bot is, once it is known. */
  let own: Me | undefined;
  /** When the last post was written that was heard, by the server's clock. */
  let heardAt: number | undefined;
  const isFirst = createEventMemory(deps, 'mattermost');
  const hear = createPostListener({ api, conversation, isFirst, logger, me: () => own });
  const requests = createRequests({ api, cipher, conversation, dispatcher, me: async () => own ?? api.me(), track });

  function track(work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => logger.error({ err: error, platform: 'mattermost' }, 'not answered'))
      .finally(() => underWay.delete(ended));
    underWay.add(ended);
  }

  function take({ data, event }: MattermostEvent): void {
    if (event !== 'posted') return;
    const posted = postedSchema.safeParse(data).data;
    const post = posted && postSchema.safeParse(JSON.parse(posted.post)).data;
    if (!post) return;
    heardAt = Math.max(heardAt ?? 0, post.create_at);
    track(hear(post, { name: posted.channel_name, team: posted.team_id ?? '' }));
  }

  const connection = keepConnected({
    ...times,
    url,
    token,
    logger,
    async prepare() {
      own = await api.me();
      await api.facts();
    },
    event: take,
    missed() {
      if (own) track(hearMissed(api, own, { heardAt }, hear));
    },
  });

  const bot: Bot = {
    platform: 'mattermost',
    editIntervalMs: 1_500,
    local: false,
    http: { path, listener: httpListener(commandTokens, requests) },
    async start() {
      connection.start();
    },
    async stop() {
      await connection.stop();
      await resolveWithin(Promise.all(underWay), lingerMs);
      stopping.abort(new Error('Shipmate stops'));
      await Promise.all(underWay);
    },
    problem: () => connection.problem(),
    reach: (channel) => api.reach(channel),
    accountOfEmail: (email) => api.accountOfEmail(email),
    async post(channel, reply, key) {
      const thread = parseThread(channel);
      const message = await draw(reply, { channel: thread.channel });
      return {
        channel: formatThread(thread),
        message: await api.post(thread, message, { files: filesOf(reply), key }),
      };
    },
    async postUnder({ channel, message: root }, reply, key) {
      const { channel: id, root: thread = root } = parseThread(channel);
      await api.post({ channel: id, root: thread }, await draw(reply, { channel: id }), { files: filesOf(reply), key });
    },
    async tell(account, reply) {
      const channel = await api.openDirect(account);
      await api.post({ channel, root: undefined }, await draw(reply, { channel, account }), { files: filesOf(reply) });
    },
    async edit(ref, reply, { newest, signal } = {}) {
      const place = { channel: parseThread(ref.channel).channel, post: ref.message };
      await edits.edit(ref, await draw(reply, place), {
        newest: newest && (async () => draw(await newest(), place)),
        signal,
      });
    },
  };
  return withRefusals(bot, mattermostRefusal);
}
