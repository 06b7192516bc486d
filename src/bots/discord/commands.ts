import {
  ApplicationCommandOptionType as Type,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody as Definition,
} from 'discord.js';
import type { Command } from '../../handlers/command.ts';
import { flagName, type Option } from '../../handlers/options.ts';
import { positionals } from '../../handlers/command-usage.ts';
import { cutText } from '../truncate.ts';

/** Discord's, of the subcommands of a command, and of options and choices. */
const most = 25;
const mostDescription = 100;

/** Takes any line, for what the rest cannot say. */
export const runName = 'run';
export const lineOption = 'line';

/**
 * What Discord offers: the verbs as `/ship deploy`, and each noun as a command of its own, `/ship-app create`. One command
 * could not hold them all: Discord allows 25 subcommands and 8 000 characters.
 */
export function definitions(commands: readonly Command[]): Definition[] {
  // `/ship run` takes any line, so also that of the command with its name.
  const verbs = commands.filter(({ name, rare }) => !name.includes(' ') && name !== runName && !rare);
  const nouns = [...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])))];
  return [
    define('ship', 'Deploy and run your applications', [...verbs.slice(0, most - 1).map(subcommand), run]),
    ...nouns.map((noun) => {
      const family = commands.filter(({ name }) => name.startsWith(`${noun} `));
      return define(`ship-${noun}`, `What you can do with: ${noun}`, family.slice(0, most).map(subcommand));
    }),
  ];
}

/** The command that `/ship deploy` or `/ship-app create` names. */
export function commandOf(commands: readonly Command[], name: string, verb: string): Command | undefined {
  if (name === 'ship') return commands.find((command) => command.name === verb);
  const noun = name.replace(/^ship-/, '');
  return commands.find((command) => command.name.startsWith(`${noun} `) && verbOf(command) === verb);
}

/** What follows the noun: `create` of `app create`, `app-create` of `github app create`. */
function verbOf({ name }: Command): string {
  const [first = '', ...rest] = name.split(' ');
  return rest.length === 0 ? first : rest.join('-');
}

/** How Discord calls an option: `buildArg` is `build-arg`. */
export function optionName(key: string): string {
  return flagName(key).slice(2);
}

const run: APIApplicationCommandSubcommandOption = {
  type: Type.Subcommand,
  name: runName,
  description: 'Any command as one line, as in the console',
  options: [
    {
      type: Type.String,
      name: lineOption,
      description: 'e.g. deploy shop/api v1.4.2',
      required: true,
      autocomplete: true,
    },
  ],
};

function define(name: string, description: string, options: APIApplicationCommandSubcommandOption[]): Definition {
  return { type: ApplicationCommandType.ChatInput, name, description, options };
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
  const [first] = positionals(command)[0] ?? [];
  const all = Object.entries(command.options);
  const shown = all.length > most ? all.filter(([, option]) => !option.rare) : all;
  const options = shown.map(([key, option]) => {
    // Alone, it offers applications, or is about that of the channel; without its file, it opens the form that takes one.
    const left = (key === first && command.offers) || (option.file && command.form?.includes(key));
    return basic(key, left ? { ...option, required: false } : option);
  });
  // Discord wants the required ones first.
  const ordered = [...options.filter(({ required }) => required), ...options.filter(({ required }) => !required)];
  return {
    type: Type.Subcommand,
    name: verbOf(command),
    description: cutText(command.summary, mostDescription),
    options: ordered.slice(0, most),
  };
}

function basic(key: string, option: Option<unknown>): APIApplicationCommandBasicOption {
  const { choices, completes, kind, required } = option;
  const about = { name: optionName(key), description: cutText(option.summary, mostDescription), required };
  if (kind === 'flag') return { type: Type.Boolean, ...about };
  if (kind === 'secret') {
    return {
      type: Type.Boolean,
      ...about,
      description: cutText(`${option.summary} (asked for in private)`, mostDescription),
    };
  }
  if (kind === 'integer') return { type: Type.Integer, ...about };
  if (choices && !option.many) {
    return { type: Type.String, ...about, choices: choices.slice(0, most).map((name) => ({ name, value: name })) };
  }
  return { type: Type.String, ...about, ...(completes && { autocomplete: true }) };
}
