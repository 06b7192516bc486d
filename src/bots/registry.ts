import type { ChatConfigs, ChatPlatform } from '../config-chat-platforms.ts';
import type { Dispatcher } from '../handlers/dispatch.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot } from './bot.ts';

interface BotOptions<P extends ChatPlatform> {
  config: NonNullable<ChatConfigs[P]>;
  deps: Deps;
  dispatcher: Dispatcher;
}

/** How each platform's bot is made: client libraries are only loaded where they are used, since they are large. */
const makers: { [P in ChatPlatform]: () => Promise<(options: BotOptions<P>) => Bot> } = {
  slack: async () => (await import('./slack/slack.ts')).createSlackBot,
  discord: async () => (await import('./discord/discord.ts')).createDiscordBot,
  mattermost: async () => (await import('./mattermost/mattermost.ts')).createMattermostBot,
};

/** The bots of the platforms that are set up. */
export async function createChatBots(deps: Deps, dispatcher: Dispatcher): Promise<Bot[]> {
  const bots: Bot[] = [];
  for (const id of Object.keys(makers) as ChatPlatform[]) {
    const bot = await createChatBot(id, deps, dispatcher);
    if (bot) bots.push(bot);
  }
  return bots;
}

async function createChatBot<P extends ChatPlatform>(
  id: P,
  deps: Deps,
  dispatcher: Dispatcher,
): Promise<Bot | undefined> {
  const config = deps.config[id];
  return config && (await makers[id]())({ config, deps, dispatcher });
}
