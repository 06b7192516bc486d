import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';
import type { ParsedLine } from './parse-line.ts';
import { closestName } from '../closest-name.ts';
import { requireClosed, type Token } from './tokenise.ts';
import { positionals, usage } from './command-usage.ts';
import { quoted } from '../quoted.ts';

/** A command's decoded input, and the secrets still to be given in private. */
export interface Decoded {
  input: Record<string, unknown>;
  missing: { name: string; summary: string }[];
}

type Raw = Map<string, string[]>;

/** Fits `project/app`, a branch (git allows 255) and a host name (253); characters. */
const longestName = 300;

/**
 * Turns the words of a line into the command's typed input.
 * @throws {UsageError} with the usage line.
 */
export function decodeLine({ command, words, line }: ParsedLine): Decoded {
  requireClosed(words);
  const raw: Raw = new Map();
  const missing: Decoded['missing'] = [];
  const places = positionals(command);
  let literal = false;
  let place = 0;
  for (let at = 0; at < words.length; at += 1) {
    const token = words[at] as Token;
    if (!literal && token.text === '--') {
      literal = true;
      continue;
    }
    if (!literal && /^-[^\d]/.test(token.text)) {
      at += takeNamed(command, token, words[at + 1], { raw, missing });
      continue;
    }
    const [key, option] = places[place] ?? [];
    if (key === undefined || !option) throw misused(command, `${quoted(token.text)} is an extra word.`);
    if (option.rest) {
      // A single quoted word is unquoted; anything else is kept as written.
      add(raw, key, at === words.length - 1 ? token.text : line.slice(token.start).trim());
      break;
    }
    add(raw, key, token.text);
    if (!option.many) place += 1;
  }
  return { input: parseAll(command, raw), missing };
}

/**
 * Adds the secrets given in private; values that were not asked for are ignored.
 * @throws {UsageError}
 */
export function withSecrets(command: Command, { input, missing }: Decoded, secrets: Record<string, string>): Decoded {
  const given = missing.flatMap(({ name }) => {
    const option = command.options[name];
    const value = secrets[name];
    return option && value !== undefined ? [[name, parseOne(command, name, option, value)] as const] : [];
  });
  return {
    input: { ...input, ...Object.fromEntries(given) },
    missing: missing.filter(({ name }) => secrets[name] === undefined),
  };
}

function add(raw: Raw, key: string, value: string): void {
  const values = raw.get(key);
  if (values) values.push(value);
  else raw.set(key, [value]);
}

/** Reads `--name value`, `--name=value`, `--flag` or `--no-flag`; returns how many further words it consumed. */
function takeNamed(
  command: Command,
  token: Token,
  next: Token | undefined,
  { raw, missing }: { raw: Raw; missing: Decoded['missing'] },
): 0 | 1 {
  const [name = '', ...tail] = token.text.split('=');
  const given = tail.length > 0 ? tail.join('=') : undefined;
  const negated = findNamed(command, name.replace(/^--no-/, '--'));
  const found = findNamed(command, name) ?? (negated?.[1].kind === 'flag' ? negated : undefined);
  if (!found) throw misused(command, unknownOption(command, name));
  const [key, option] = found;
  if (option.kind === 'flag') {
    if (given !== undefined) throw misused(command, `${quoted(name)} takes no value.`);
    raw.set(key, [String(found !== negated || !name.startsWith('--no-'))]);
    return 0;
  }
  if (option.kind === 'secret') {
    if (given !== undefined)
      throw misused(
        command,
        `Never type a secret on the line. Give ${quoted(name)} without a value: you are asked for it in private.`,
      );
    if (!missing.some((one) => one.name === key)) missing.push({ name: key, summary: option.summary });
    return 0;
  }
  const value = given ?? next?.text;
  if (value === undefined) throw misused(command, `${quoted(name)} needs a value.`);
  if (raw.has(key) && !option.many) throw misused(command, `${quoted(name)} is given twice.`);
  add(raw, key, value);
  return given === undefined ? 1 : 0;
}

function findNamed(command: Command, name: string): [string, Option<unknown>] | undefined {
  return Object.entries(command.options).find(
    ([key, option]) => option.named && (flagName(key) === name || (option.short && `-${option.short}` === name)),
  );
}

function unknownOption(command: Command, name: string): string {
  const names = Object.entries(command.options)
    .filter(([, option]) => option.named)
    .map(([key]) => flagName(key));
  const suggestion = closestName(name, names);
  return `\`${command.name}\` has no option ${quoted(name)}.${suggestion ? ` Did you mean \`${suggestion}\`?` : ''}`;
}

/**
 * Turns a JSON object into the command's typed input; keys are the options' names.
 * @throws {UsageError}
 */
export function decodeJson(command: Command, body: Record<string, unknown>): Record<string, unknown> {
  const raw: Raw = new Map();
  for (const [key, value] of Object.entries(body)) {
    const option = Object.hasOwn(command.options, key) ? command.options[key] : undefined;
    if (!option) {
      const suggestion = closestName(key, Object.keys(command.options));
      const hint = suggestion ? ` Did you mean \`${suggestion}\`?` : '';
      throw misused(command, `\`${command.name}\` has no option ${quoted(key)}.${hint}`);
    }
    if (value !== undefined && value !== null) raw.set(key, rawJson(command, key, option, value));
  }
  return parseAll(command, raw);
}

function rawJson(command: Command, key: string, option: Option<unknown>, value: unknown): string[] {
  const values = option.many && Array.isArray(value) ? value : [value];
  return values.map((one: unknown) => {
    const fits = option.kind === 'flag' ? typeof one === 'boolean' : typeof one === 'string' || typeof one === 'number';
    if (!fits) throw misused(command, `\`${key}\` has to be ${jsonType(option)}.`);
    return String(one);
  });
}

function jsonType(option: Option<unknown>): string {
  const one = option.kind === 'flag' ? 'true or false' : option.kind === 'integer' ? 'a whole number' : 'a string';
  return option.many ? `a list, each ${one}` : one;
}

function parseAll(command: Command, raw: Raw): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(command.options)) {
    const values = raw.get(key);
    if (!values || values.length === 0) {
      if (option.required) throw lacking(command, key, option);
      input[key] = option.kind === 'flag' ? false : undefined;
      continue;
    }
    const parsed = values.map((value) => parseOne(command, key, option, value));
    input[key] = option.many ? parsed.flat() : parsed[0];
  }
  return input;
}

function parseOne(command: Command, key: string, option: Option<unknown>, value: string): unknown {
  if (option.completes && value.length > longestName) {
    throw misused(command, `\`${key}\` is longer than any name: more than ${longestName} characters.`);
  }
  if (value.includes('\0')) throw misused(command, `\`${key}\` contains a NUL character.`);
  try {
    return option.parse(value);
  } catch (error) {
    if (error instanceof UsageError) throw misused(command, `${key}: ${error.message}`);
    throw error;
  }
}

/** Who leaves out a word may not know what one looks like. */
function lacking(command: Command, key: string, { named, summary }: Option<unknown>): UsageError {
  const word = named ? flagName(key) : key;
  const { message } = misused(command, `\`${command.name}\` needs \`${word}\`: ${summary}.`);
  const [example] = command.examples ?? [];
  return new UsageError(example === undefined ? message : `${message}\nExample: \`${example}\``);
}

function misused(command: Command, what: string): UsageError {
  return new UsageError(`${what}\nUsage: \`${usage(command)}\``);
}
