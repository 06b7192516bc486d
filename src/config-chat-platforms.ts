import { commaList, text, slackToken, snowflake, url } from './config-decoders.ts';
import { type Variable, variable } from './config-variable.ts';

/** What the left of the tree has to know of a chat platform; `src/bots/registry.ts` makes the bots. */
interface PlatformFacts {
  /** How its channels are written, with the id as the first group: mentions first, then ids. */
  channels: readonly RegExp[];
  /** An id of a channel, for messages. */
  example: string;
  /** Whether its messages show a time as each reader's own. */
  showsTimes: boolean;
}

/** One entry per chat platform, by its id. */
export const chatPlatforms = {
  slack: {
    channels: [/^<#([CG][A-Z0-9]{5,30})(?:\|[^>]*)?>$/, /^#?(?:slack:)?([CG][A-Z0-9]{7,30})$/],
    example: 'slack:C0123ABCD',
    showsTimes: true,
  },
  discord: {
    channels: [/^<#(\d{15,25})>$/, /^#?(?:discord:)?(\d{15,25})$/],
    example: 'discord:…',
    showsTimes: true,
  },
  mattermost: {
    channels: [/^(?:mattermost:)?([a-z0-9]{26})$/],
    example: 'mattermost:…',
    showsTimes: false,
  },
} satisfies Record<string, PlatformFacts>;

export type ChatPlatform = keyof typeof chatPlatforms;
export const chatIds = Object.keys(chatPlatforms) as ChatPlatform[];

export function isChat(platform: string): platform is ChatPlatform {
  return Object.hasOwn(chatPlatforms, platform);
}

/** What the environment says about chat platforms; a bot without its variables is off. */
export const chatVariables = {
  SLACK_BOT_TOKEN: variable(slackToken('xoxb').optional(), {
    meaning: 'Bot token of the Slack app; Slack is off without it. See docs/slack.md.',
    preset: '',
    example: 'xoxb-…',
  }),
  SLACK_APP_TOKEN: variable(slackToken('xapp').optional(), {
    meaning: 'App-level token with `connections:write`, for Socket Mode.',
    preset: '',
    example: 'xapp-…',
  }),
  SLACK_SIGNING_SECRET: variable(text.optional(), {
    meaning: 'Signing secret, used without an app token: Slack sends signed requests to `/slack/events`.',
    preset: '',
    example: '8f742231b10e8888abcd99yyyzzz85a5',
  }),
  SLACK_API_URL: variable(url.optional(), {
    meaning: 'Slack’s Web API, for tests.',
    preset: 'https://slack.com/api',
    example: 'http://127.0.0.1:9000/api',
  }),
  DISCORD_TOKEN: variable(text.optional(), {
    meaning: 'Bot token of the Discord application; Discord is off without it. See docs/discord.md.',
    preset: '',
    example: 'MTA…',
  }),
  DISCORD_APPLICATION_ID: variable(snowflake.optional(), {
    meaning: 'Id of the Discord application; needed with `DISCORD_TOKEN`.',
    preset: '',
    example: '123456789012345678',
  }),
  DISCORD_API_URL: variable(url.optional(), {
    meaning: 'Discord’s REST API without the version, for tests.',
    preset: 'https://discord.com/api',
    example: 'http://127.0.0.1:9001/api',
  }),
  SHIPMATE_MATTERMOST_URL: variable(url.optional(), {
    meaning: 'Address of the Mattermost server; Mattermost is off without it. See docs/mattermost.md.',
    preset: '',
    example: 'https://chat.example.com',
  }),
  SHIPMATE_MATTERMOST_TOKEN: variable(text.optional(), {
    meaning: 'Access token of the bot account; needed with `SHIPMATE_MATTERMOST_URL`.',
    preset: '',
    example: 'x1yz7q4kp3rtdf5m8w6nc2ba9e',
  }),
  SHIPMATE_MATTERMOST_COMMAND_TOKENS: variable(commaList.optional(), {
    meaning:
      'Tokens of the slash commands `/ship`, one for each team, separated by commas; without it, there are no slash commands.',
    preset: '',
    example: 'p9s4tq8wj7f3nrcx5bdk1hgy6o',
  }),
};

type ChatVariable = keyof typeof chatVariables;
/** Decodes a variable of the environment. */
type Get = <T>(name: ChatVariable, variable: Variable<T>) => T;
type Missing = (name: ChatVariable, why: string) => Error;

/** One of `appToken` (Socket Mode) and `signingSecret` (HTTP) is set; with both, Socket Mode. */
export interface SlackConfig {
  botToken: string;
  appToken: string | undefined;
  signingSecret: string | undefined;
  /** Undefined: Slack's own. */
  apiUrl: string | undefined;
}

export interface DiscordConfig {
  token: string;
  applicationId: string;
  /** Without the version; undefined: Discord's own. */
  apiUrl: string | undefined;
}

export interface MattermostConfig {
  /** Of the server. */
  url: string;
  token: string;
  /** Any of them proves that a slash command is the server's. */
  commandTokens: string[];
}

/** By the platform's id; undefined: off. */
export interface ChatConfigs {
  slack: SlackConfig | undefined;
  discord: DiscordConfig | undefined;
  mattermost: MattermostConfig | undefined;
}

/** @throws what `missing` makes, for the first variable that is needed with others. */
export function chatConfigs(get: Get, missing: Missing): ChatConfigs {
  return {
    slack: readSlack(get, missing),
    discord: readDiscord(get, missing),
    mattermost: readMattermost(get, missing),
  };
}

function readSlack(get: Get, missing: Missing): SlackConfig | undefined {
  const botToken = get('SLACK_BOT_TOKEN', chatVariables.SLACK_BOT_TOKEN);
  const appToken = get('SLACK_APP_TOKEN', chatVariables.SLACK_APP_TOKEN);
  const signingSecret = get('SLACK_SIGNING_SECRET', chatVariables.SLACK_SIGNING_SECRET);
  const apiUrl = get('SLACK_API_URL', chatVariables.SLACK_API_URL);
  if (!botToken && (appToken || signingSecret)) throw missing('SLACK_BOT_TOKEN', 'is needed with the other Slack ones');
  if (!botToken) return undefined;
  if (!appToken && !signingSecret)
    throw missing('SLACK_APP_TOKEN', '(Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is needed with SLACK_BOT_TOKEN');
  return { botToken, appToken, signingSecret, apiUrl };
}

function readDiscord(get: Get, missing: Missing): DiscordConfig | undefined {
  const token = get('DISCORD_TOKEN', chatVariables.DISCORD_TOKEN);
  const applicationId = get('DISCORD_APPLICATION_ID', chatVariables.DISCORD_APPLICATION_ID);
  if (!token && !applicationId) return undefined;
  if (!token) throw missing('DISCORD_TOKEN', 'is needed with DISCORD_APPLICATION_ID');
  if (!applicationId) throw missing('DISCORD_APPLICATION_ID', 'is needed with DISCORD_TOKEN');
  return { token, applicationId, apiUrl: get('DISCORD_API_URL', chatVariables.DISCORD_API_URL) };
}

function readMattermost(get: Get, missing: Missing): MattermostConfig | undefined {
  const address = get('SHIPMATE_MATTERMOST_URL', chatVariables.SHIPMATE_MATTERMOST_URL);
  const token = get('SHIPMATE_MATTERMOST_TOKEN', chatVariables.SHIPMATE_MATTERMOST_TOKEN);
  const commandTokens = get('SHIPMATE_MATTERMOST_COMMAND_TOKENS', chatVariables.SHIPMATE_MATTERMOST_COMMAND_TOKENS);
  if (!address && !token && !commandTokens) return undefined;
  if (!address) throw missing('SHIPMATE_MATTERMOST_URL', 'is needed with the other Mattermost ones');
  if (!token) throw missing('SHIPMATE_MATTERMOST_TOKEN', 'is needed with SHIPMATE_MATTERMOST_URL');
  return { url: address, token, commandTokens: commandTokens ?? [] };
}
