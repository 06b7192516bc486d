import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';

/** Positional options, in order. */
export function positionals(command: Command): [string, Option<unknown>][] {
  return Object.entries(command.options).filter(([, option]) => !option.named);
}

/** The grammar of one command, e.g. `deploy <app> [ref] [--force]`. */
export function usage(command: Command): string {
  const named = Object.entries(command.options).filter(([, option]) => option.named);
  const places = positionals(command);
  const last = places.filter(([, option]) => option.rest);
  const words = [...places.filter(([, option]) => !option.rest), ...named, ...last].map(([key, option]) =>
    optionUsage(key, option),
  );
  return [command.name, ...words].join(' ');
}

function optionUsage(key: string, option: Option<unknown>): string {
  const value = option.choices && option.choices.length <= 4 ? option.choices.join('|') : placeholder(key, option);
  const word = wordOf(key, option, value);
  const dots = option.many || option.rest ? '...' : '';
  return option.required ? `${word}${dots}` : `[${word}]${dots}`;
}

function wordOf(key: string, option: Option<unknown>, value: string): string {
  if (option.kind === 'flag' || option.kind === 'secret') return flagName(key);
  if (option.named) return `${flagName(key)} ${value}`;
  return option.required ? `<${value}>` : value;
}

function placeholder(key: string, option: Option<unknown>): string {
  if (!option.named) return key;
  return option.kind === 'integer' ? 'N' : 'VALUE';
}
