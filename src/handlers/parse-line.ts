import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { mostWords, requireClosed, type Token, type Tokenise } from './tokenise.ts';
import { unknownCommand } from './unknown-command.ts';

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
