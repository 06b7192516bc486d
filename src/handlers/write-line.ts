import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';

export type LineValue = string | number | boolean | readonly string[];

/**
 * The line a person would type for these values, for platforms that ask for options one by one. Decoding it returns
 * the same values, whatever they contain. A secret whose value is true is asked for.
 */
export function writeLine(command: Command, values: Record<string, LineValue | undefined>): string {
  const given = Object.entries(command.options).flatMap(([key, option]) => {
    const value = values[key];
    return value === undefined || value === '' ? [] : [{ key, option, value }];
  });
  const named = given.filter(({ option }) => option.named).flatMap(namedWords);
  const placed = given.filter(({ option }) => !option.named).flatMap(({ value }) => words(value));
  const literal = placed.some((word) => /^["'`]?[-—–]/.test(word)) ? ['--'] : [];
  return [command.name, ...named, ...literal, ...placed].join(' ');
}

function namedWords({ key, option, value }: { key: string; option: Option<unknown>; value: LineValue }): string[] {
  const name = flagName(key);
  if (typeof value !== 'boolean') return words(value).flatMap((word) => [name, word]);
  if (value) return [name];
  return option.kind === 'flag' ? [name.replace('--', '--no-')] : [];
}

function words(value: LineValue): string[] {
  return (typeof value === 'object' ? [...value] : [String(value)]).map(quoteWord);
}

/** Leaves plain words alone. Typographic quotes would close a double quote, so those words go in backticks. */
export function quoteWord(word: string): string {
  if (/^[\w./:@=+,-]+$/.test(word)) return word;
  if (/[“”„]/.test(word)) return `\`${word.replaceAll(/[`\\]/g, String.raw`\$&`)}\``;
  return `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
