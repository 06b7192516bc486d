import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { closestName } from '../closest-name.ts';
import { mostWords, requireClosed, type Token, type Tokenise } from './tokenise.ts';
import { quoted } from '../quoted.ts';

/** No command begins so. */
export class NoSuchCommandError extends UsageError {
  /** Whether it resembles one. */
  readonly near: boolean;

  constructor(message: string, near: boolean) {
    super(message);
    this.near = near;
  }
}

/** A line whose command is known and whose words are still raw. */
export interface ParsedLine {
  command: Command;
  /** What follows the command's name. */
  words: Token[];
  /** The line the tokens' positions refer to. */
  line: string;
}

/** Strips a code block or backticks around the line, and a leading `/ship`, `ship` or `shipmate`. */
export function stripInvocation(raw: string): string {
  const unfenced = raw.trim().replace(/^(`{3}|`)([^`]*)\1$/s, '$2');
  return unfenced.trim().replace(/^\/?ship(mate)?(?=\s|$)\s*/i, '');
}

/**
 * Finds the command with the longest name that the line starts with; an empty line and `--help` ask for help.
 * @throws {UsageError} with a suggestion when there is no such command.
 */
export function parseLine(commands: readonly Command[], raw: string, tokenise: Tokenise): ParsedLine {
  const line = stripInvocation(raw);
  const tokens = tokenise(line);
  if (tokens.length > mostWords) {
    throw new UsageError(`The line has more than ${mostWords} words. Split it into several lines.`);
  }
  const help = commands.find((command) => command.name === 'help');
  if (tokens.length === 0 && help) return { command: help, words: [], line };
  // What follows `--` belongs to a program.
  const asksHelp = tokens.findIndex(({ text }) => text === '--help' || text === '-h' || text === '--');
  if (asksHelp !== -1 && tokens[asksHelp]?.text !== '--' && help)
    return { command: help, words: topicOf(commands, tokens.slice(0, asksHelp)), line };
  const found = matchCommand(commands, tokens);
  if (found) return { ...found, line };
  requireClosed(tokens);
  throw unknownCommand(commands, tokens);
}

/** The name of the command that help is about, without its arguments. */
function topicOf(commands: readonly Command[], tokens: Token[]): Token[] {
  const given = matchCommand(commands, tokens)?.words.length ?? 0;
  return tokens.slice(0, tokens.length - given);
}

/** The command with the longest name that the first words spell, and the words after it. */
export function matchCommand(
  commands: readonly Command[],
  tokens: Token[],
): { command: Command; words: Token[] } | undefined {
  const longest = Math.max(...commands.map((command) => command.name.split(' ').length));
  for (let length = Math.min(longest, tokens.length); length > 0; length -= 1) {
    const name = spell(tokens.slice(0, length));
    const command = commands.find(
      (candidate) => candidate.name === name || (candidate.bare && candidate.name.startsWith(`${name} `)),
    );
    if (command) return { command, words: tokens.slice(length) };
  }
  return undefined;
}

function spell(tokens: Token[]): string {
  return tokens.map((token) => token.text.toLowerCase()).join(' ');
}

function unknownCommand(commands: readonly Command[], tokens: Token[]): NoSuchCommandError {
  const [first, second] = tokens.map((token) => token.text.toLowerCase());
  if (first === undefined) return new NoSuchCommandError('Type a command. `help` lists them.', true);
  const names = commands.map((command) => command.name);
  const verbs = names.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
  if (verbs.length > 0) return new NoSuchCommandError(verbHint(first, second, verbs), true);
  const two = second === undefined ? undefined : closestName(`${first} ${second}`, names);
  const nouns = names.map((name) => name.split(' ', 1)[0] ?? name);
  const suggestion = two ?? closestName(first, [...names, ...nouns]);
  const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`help` lists the commands.';
  return new NoSuchCommandError(`There is no command ${quoted(first)}. ${hint}`, suggestion !== undefined);
}

function verbHint(noun: string, verb: string | undefined, verbs: string[]): string {
  const list = verbs.map((one) => `\`${noun} ${one}\``).join(', ');
  if (verb === undefined) return `\`${noun}\` needs a verb: ${list}.`;
  const suggestion = closestName(verb, verbs);
  const hint = suggestion ? `Did you mean \`${noun} ${suggestion}\`?` : `Available: ${list}.`;
  return `There is no command ${quoted(`${noun} ${verb}`)}. ${hint}`;
}
