import { App } from '@slack/bolt';
import type { SlackConfig } from '../../config-chat-platforms.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Bot } from '../bot.ts';
import { createLiveLinks } from '../live-link.ts';
import { createSlackApi } from './api.ts';
import { picturesOf } from './files.ts';
import { keepConnected } from './connection.ts';
import { createConversation } from './conversation.ts';
import { createEmailAccounts } from './email-accounts.ts';
import { createHealth } from './health.ts';
import { listen } from './listen.ts';
import { slackLogger } from './logger.ts';
import { formatThread, parseThread, type ThreadRef } from './thread-ref.ts';
import { createReceiver } from './receiver.ts';
import { createSocket } from './socket.ts';
import { slackRefusal } from './refusals.ts';
import { createLooks } from './looks.ts';
import { refusedBlocksOf } from './refused-blocks.ts';
import { clientOptionsOf, createWebClient } from './web-client.ts';
import { withRefusals } from '../with-refusals.ts';
import { resolveWithin } from '../resolve-within.ts';

export interface SlackBotOptions {
  config: SlackConfig;
  dispatcher: Dispatcher;
  deps: Deps;
  /** How long to wait before Slack is tried again, milliseconds (default 1 000); doubles up to half a minute. */
  firstRetryMs?: number;
}

const path = '/slack/events';
/** How long a stop waits for answers that are under way, milliseconds. */
const lingerMs = 5_000;

/** Slack by Socket Mode, or by HTTP on `/slack/events` when there is no app token. */
export function createSlackBot({ config, deps, dispatcher, firstRetryMs }: SlackBotOptions): Bot {
  const { appToken, botToken } = config;
  const logger = slackLogger(deps.logger);
  const clientOptions = clientOptionsOf(config);
  const { receiver, http } = createReceiver(config, { logger, path });
  const app = new App({
    receiver,
    logger,
    clientOptions,
    authorize: async () => ({ botToken }),
    ignoreSelf: false,
    convoStore: false,
  });
  /** The first ends what can be done without, the other everything that still waits. */
  const leaving = new AbortController();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const retry = firstRetryMs === undefined ? {} : { firstRetryMs };
  const connection =
    appToken === undefined
      ? undefined
      : keepConnected({
          createSocket: (events) => createSocket({ app, appToken, logger, clientOptions }, events),
          logger: deps.logger,
          ...retry,
        });
  const client = createWebClient(config, { logger });
  const api = createSlackApi(client, stopping.signal);
  const looks = createLooks(
    refusedBlocksOf(deps, () => api.team()),
    deps.logger,
  );
  const health = createHealth(() => api.check(), deps.logger, retry);

  function track(work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => deps.logger.error({ err: error, platform: 'slack' }, 'not answered'))
      .finally(() => underWay.delete(ended));
    underWay.add(ended);
  }

  /** What was said is not said again for want of a picture. */
  async function pictureLost(error: unknown, under: ThreadRef): Promise<void> {
    deps.logger.warn({ err: error, platform: 'slack' }, 'picture not sent');
    if (slackRefusal(error)?.kind !== 'channel') return;
    const text = 'Slack takes the picture of this message only with me in the channel: type `/invite @Shipmate`.';
    await api.post(under, looks.draw({ tone: 'warning', text }));
  }

  const live = createLiveLinks(deps, {
    linkTo: ({ channel, message }) => api.permalink({ channel: parseThread(channel).channel, message }),
    stopping: leaving.signal,
  });
  const conversation = createConversation({ api, dispatcher, live, logger: deps.logger, looks, track });
  listen(app, { api, conversation, deps, dispatcher, looks, track });

  const bot: Bot = {
    platform: 'slack',
    editIntervalMs: 3_000,
    local: false,
    ...(http && { http: { path, listener: http, instead: 'use Socket Mode: SLACK_APP_TOKEN' } }),
    async start() {
      connection?.start();
      health.start();
      track(looks.load());
    },
    async stop() {
      leaving.abort(new Error('Shipmate stops'));
      await connection?.stop();
      await health.stop();
      await resolveWithin(Promise.all(underWay), lingerMs);
      stopping.abort(new Error('Shipmate stops'));
      await Promise.all(underWay);
    },
    reach: (channel) => api.reach(channel),
    problem: () => connection?.problem() ?? health.problem(),
    async post(channel, reply, key) {
      const thread = parseThread(channel);
      const message = await api.post(thread, looks.draw(reply), key);
      for (const file of picturesOf(reply, looks)) {
        const under = { channel: thread.channel, ts: thread.ts ?? message };
        await api.upload(thread, file).catch((error: unknown) => pictureLost(error, under));
      }
      return { channel: formatThread(thread), message };
    },
    async postUnder({ channel, message }, reply, key) {
      const thread = parseThread(channel);
      await api.post({ channel: thread.channel, ts: thread.ts ?? message }, looks.draw(reply), key);
    },
    accountOfEmail: createEmailAccounts(client, deps.logger),
    async tell(account, reply) {
      await api.post(await api.openDirect(account), looks.draw(reply));
    },
    async edit({ channel, message }, reply, { newest, signal } = {}) {
      const ref = { channel: parseThread(channel).channel, message };
      await api.update(ref, looks.draw(reply), {
        newest: newest && (async () => looks.draw(await newest())),
        signal,
      });
    },
  };
  return withRefusals(bot, slackRefusal);
}
