import { type APIInteraction, GatewayDispatchEvents } from 'discord.js';
import type { DiscordConfig } from '../../config-chat-platforms.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Bot } from '../bot.ts';
import { withRefusals } from '../with-refusals.ts';
import { resolveWithin } from '../resolve-within.ts';
import { createLiveLinks } from '../live-link.ts';
import { createDiscordApi } from './api.ts';
import { createClient } from './client.ts';
import { definitions } from './commands.ts';
import { keepConnected } from './connection.ts';
import { createConversation } from './conversation.ts';
import { createHandler } from './handle-interaction.ts';
import { httpInteractions } from './http-interactions.ts';
import { discordRefusal } from './refusals.ts';
import { registerCommands } from './register.ts';
import { createLooks } from './looks.ts';
import { attachmentsOf, replyTo } from './message.ts';
import { refusedComponentsOf } from './refused-components.ts';
import { createStoredLines } from './stored-lines.ts';

export interface DiscordBotOptions {
  config: DiscordConfig;
  dispatcher: Dispatcher;
  deps: Pick<Deps, 'database' | 'logger'>;
  /** Where Discord keeps files, for tests (default: its CDN). */
  cdn?: string;
  /** How long to wait before Discord is tried again, milliseconds (default 1 000); doubles up to a minute. */
  firstRetryMs?: number;
}

/** How long a stop waits for answers that are under way, milliseconds. */
const lingerMs = 5_000;

/** Discord by its gateway, and by signed requests on `/discord/interactions` where the application is set so. */
export function createDiscordBot({ cdn, config, deps, dispatcher, firstRetryMs }: DiscordBotOptions): Bot {
  const { apiUrl, applicationId, token } = config;
  const { logger } = deps;
  const client = createClient({ apiUrl, token });
  const api = createDiscordApi(client, applicationId);
  const lines = createStoredLines();
  const looks = createLooks(refusedComponentsOf(deps, applicationId), lines, logger);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const live = createLiveLinks(deps, {
    // Those in direct messages are of no server.
    linkTo: async ({ channel, message }, { workspace }) =>
      `https://discord.com/channels/${workspace === 'dm' ? '@me' : workspace}/${channel}/${message}`,
    stopping: stopping.signal,
  });
  const conversation = createConversation({ api, cdn, dispatcher, lines, live, logger, looks, track });
  const handle = createHandler({ api, conversation, dispatcher, lines });

  function track(work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => logger.error({ err: error, platform: 'discord' }, 'not answered'))
      .finally(() => underWay.delete(ended));
    underWay.add(ended);
  }

  function take(interaction: APIInteraction): void {
    track(handle(interaction));
  }

  const http = httpInteractions(take);
  client.ws.on(GatewayDispatchEvents.InteractionCreate, take);
  /** Why Discord has other commands than ours. */
  let outdated: string | undefined;
  const connection = keepConnected({
    client,
    token,
    logger,
    ...(firstRetryMs !== undefined && { firstRetryMs }),
    async prepare() {
      await looks.load();
      http.trust(await api.verifyKey());
      outdated = await registerCommands(api, definitions(dispatcher.commands), logger);
    },
  });

  const bot: Bot = {
    platform: 'discord',
    editIntervalMs: 1_500,
    local: false,
    http: { path: '/discord/interactions', listener: http.listener },
    async start() {
      connection.start();
    },
    async stop() {
      stopping.abort(new Error('Shipmate stops'));
      await resolveWithin(Promise.all(underWay), lingerMs);
      await connection.stop();
    },
    problem: () => connection.problem() ?? outdated,
    reach: (channel) => api.reach(channel),
    async post(channel, reply, key) {
      const files = attachmentsOf(reply);
      return { channel, message: await looks.send((render) => api.post(channel, render(reply, files), files, key)) };
    },
    async postUnder({ channel, message }, reply, key) {
      const files = attachmentsOf(reply);
      await looks.send((render) => api.post(channel, replyTo(message, render(reply, files)), files, key));
    },
    async tell(account, reply) {
      const channel = await api.openDirect(account);
      await looks.send((render) => api.post(channel, render(reply)));
    },
    async edit(ref, reply, { newest, signal } = {}) {
      await looks.send(
        (render) => api.edit(ref, render(reply), { newest: newest && (async () => render(await newest())), signal }),
        ref.message,
      );
    },
  };
  return withRefusals(bot, discordRefusal);
}
