import { longestLine } from './longest-line.ts';
import { NotFoundError, UsageError, UserError } from '../errors.ts';
import type { Audience, Command } from './command.ts';
import { type Decoded, decodeJson, decodeLine, withSecrets } from './decode-input.ts';
import { type ParsedLine, parseLine } from './parse-line.ts';
import { type Token, tokenise as splitIntoWords, type Tokenise } from './tokenise.ts';
import { NoSuchCommandError } from './unknown-command.ts';
import { quoted } from '../quoted.ts';

/** A request: a line of text, or a command with named input as the HTTP API and forms send it. */
export type Ask =
  | {
      line: string;
      /** Values for the `asks` of an earlier reply to the same line. */
      secrets?: Record<string, string>;
    }
  | { command: string; input: Record<string, unknown> };

/**
 * A request, parsed once: bots, forms, `dispatch` and the audit log take this instead of the line.
 * `dispatch` reports a mistake only after checking the person's role, since the message describes the command.
 */
export type CommandRequest = KnownRequest | UnknownRequest;

export interface KnownRequest extends Written {
  command: Command;
  /** What the command runs with, or why it cannot run. */
  decoded: Decoded | UserError;
}

interface UnknownRequest extends Written {
  command: undefined;
  decoded: UserError;
}

interface Written {
  /** The line as given; empty for a command called by name. */
  line: string;
  /** What follows the command's name. */
  words: readonly Token[];
  /** Who sees the answer; mistakes are shown only to the person. */
  answers: Audience;
}

/** Parses a request; never throws, whatever a person types. */
export function readRequest(
  commands: readonly Command[],
  ask: Ask,
  tokenise: Tokenise = splitIntoWords,
): CommandRequest {
  if ('command' in ask) return readCall(commands, ask.command, ask.input);
  if (ask.line.length > longestLine) {
    return unknown('', new UsageError(`The line has more than ${longestLine} characters.`));
  }
  const parsed = attempt(() => parseLine(commands, ask.line, tokenise));
  if (parsed instanceof UserError) return unknown(ask.line, parsed);
  return giveSecrets(readParsed(ask.line, parsed), ask.secrets ?? {});
}

/** Adds the secrets that the person gave in private; a request that asks for none is unchanged. */
export function giveSecrets(request: CommandRequest, secrets: Record<string, string>): CommandRequest {
  const { command, decoded } = request;
  if (!command || decoded instanceof UserError || decoded.missing.length === 0) return request;
  return { ...request, command, decoded: attempt(() => withSecrets(command, decoded, secrets)) };
}

/** Whether nobody would take the line for a command, e.g. `thanks!` */
export function isChatter({ decoded }: CommandRequest): boolean {
  return decoded instanceof NoSuchCommandError && !decoded.near;
}

/** The secrets still missing before the command can run. */
export function secretsWanted({ decoded }: CommandRequest): Decoded['missing'] {
  return decoded instanceof UserError ? [] : decoded.missing;
}

/** Whether the line may hold a value that nobody else should read, e.g. in the console's history. */
export function isConfidential({ command }: CommandRequest): boolean {
  return Object.values(command?.options ?? {}).some((option) => option.confidential === true);
}

function readParsed(line: string, parsed: ParsedLine): CommandRequest {
  const { command, words } = parsed;
  const decoded = attempt(() => decodeLine(parsed));
  return { line, words, command, decoded, answers: audienceOf(command, decoded) };
}

function readCall(commands: readonly Command[], name: string, body: Record<string, unknown>): CommandRequest {
  const command = commands.find((candidate) => candidate.name === name);
  if (!command)
    return unknown('', new NotFoundError(`There is no command ${quoted(name)}. \`help\` lists the commands.`));
  const decoded = attempt(() => ({ input: decodeJson(command, body), missing: [] }));
  return { line: '', words: [], command, decoded, answers: audienceOf(command, decoded) };
}

function unknown(line: string, decoded: UserError): CommandRequest {
  return { line, words: [], command: undefined, decoded, answers: 'person' };
}

function audienceOf(command: Command, decoded: Decoded | UserError): Audience {
  return decoded instanceof UserError ? 'person' : command.answers(decoded.input);
}

function attempt<T>(read: () => T): T | UserError {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
