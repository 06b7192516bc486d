import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplicationCommand,
  DiscordAPIError,
  type RESTPostAPIChatInputApplicationCommandsJSONBody as Definition,
} from 'discord.js';
import type { Logger } from '../../logger.ts';
import type { DiscordApi } from './api.ts';

/**
 * Registers the commands when they are not the ones that Discord has: it allows 200 creations a day. Refused, those that
 * it has go on working.
 * @returns why they are not up to date; undefined when they are.
 */
export async function registerCommands(
  api: Pick<DiscordApi, 'commands' | 'replaceCommands'>,
  wanted: Definition[],
  logger: Logger,
): Promise<string | undefined> {
  const present = await api.commands();
  if (isDeepStrictEqual(sorted(present), sorted(wanted))) return undefined;
  try {
    await api.replaceCommands(wanted);
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.status === 401) throw error;
    logger.error({ err: error, platform: 'discord' }, 'commands not registered');
    return `commands are not up to date: ${error.message}. Those of before go on working; restart Shipmate to try again.`;
  }
  logger.info({ platform: 'discord', commands: wanted.length }, 'commands registered');
  return undefined;
}

function sorted(commands: readonly (APIApplicationCommand | Definition)[]): unknown[] {
  return commands.map(comparable).sort((one, other) => String(one['name']).localeCompare(String(other['name'])));
}

/** What we say of a command, without what Discord adds and without defaults, which it may leave out. */
function comparable(command: object): Record<string, unknown> {
  const kept = ['type', 'name', 'description', 'required', 'autocomplete', 'options', 'choices', 'value'];
  return Object.fromEntries(
    Object.entries(command)
      .filter(([key, value]) => kept.includes(key) && value !== false && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => [
        key,
        Array.isArray(value) ? value.map((one: object) => comparable(one)) : (value as unknown),
      ]),
  );
}
