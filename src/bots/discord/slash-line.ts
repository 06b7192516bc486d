import { ApplicationCommandOptionType as Type } from 'discord.js';
import type { Command } from '../../handlers/command.ts';
import { writeLine, type LineValue } from '../../handlers/write-line.ts';
import { tokenise } from '../../handlers/tokenise.ts';
import { hereWord } from '../../handlers/channel-default.ts';
import { positionals } from '../../handlers/command-usage.ts';
import { commandOf, lineOption, optionName, runName } from './commands.ts';

interface Given {
  name: string;
  type: Type;
  value?: string | number | boolean;
  /** It is being typed. */
  focused?: boolean | undefined;
  options?: readonly Given[];
}

/** What Discord sends of a slash command, run or unfinished. */
interface Slash {
  name: string;
  options?: readonly Given[];
}

/** What was chosen and filled in: one subcommand of one command. */
interface Filled {
  verb: string;
  options: readonly Given[];
}

function filled({ options = [] }: Slash): Filled {
  const [first] = options;
  if (first?.type !== Type.Subcommand) return { verb: '', options: [] };
  return { verb: first.name, options: first.options ?? [] };
}

/** The line that the options say; undefined when there is no such command, as after an upgrade. */
export function lineOfSlash(commands: readonly Command[], data: Slash): string | undefined {
  const { options, verb } = filled(data);
  if (data.name === 'ship' && verb === runName) {
    return String(options.find(({ name }) => name === lineOption)?.value ?? '');
  }
  const command = commandOf(commands, data.name, verb);
  if (!command) return undefined;
  const values = Object.entries(command.options).map(([key, option]): [string, LineValue | undefined] => {
    const value = options.find(({ name }) => name === optionName(key))?.value;
    const many = option.many && typeof value === 'string';
    return [key, many ? tokenise(value).map(({ text }) => text) : value];
  });
  return writeLine(command, withPlace(command, Object.fromEntries(values)));
}

/** What follows the application would take its place, so that of the channel is named. */
function withPlace(command: Command, values: Record<string, LineValue | undefined>) {
  const [first, ...others] = positionals(command).map(([key]) => key);
  const left = first !== undefined && command.offers && values[first] === undefined;
  return left && others.some((key) => values[key] !== undefined) ? { ...values, [first]: hereWord } : values;
}

/** The option that is being typed, and the application that was given before it. */
export function focusOf(commands: readonly Command[], data: Slash) {
  const { options, verb } = filled(data);
  const takesLine = data.name === 'ship' && verb === runName;
  const command = takesLine ? undefined : commandOf(commands, data.name, verb);
  const focused = options.find((option) => option.focused);
  if (!focused) return undefined;
  const fragment = String(focused.value);
  if (!command) return { line: fragment };
  const [first] = positionals(command)[0] ?? [];
  const application = first && options.find(({ name }) => name === optionName(first))?.value;
  const key = Object.keys(command.options).find((one) => optionName(one) === focused.name) ?? '';
  return {
    option: {
      command: command.name,
      option: key,
      fragment,
      application: application ? String(application) : undefined,
    },
  };
}
