import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { closestName } from '../closest-name.ts';
import { quoted } from '../quoted.ts';
import { commandMeantBy, verbMeantBy, wordMeantBy } from './synonyms.ts';
import type { Token } from './tokenise.ts';

/** No command begins so. */
export class NoSuchCommandError extends UsageError {
  /** Whether it resembles one. */
  readonly near: boolean;

  constructor(message: string, near: boolean) {
    super(message);
    this.near = near;
  }
}

/** What is said of a line that begins with no command: the nearest one, or where to look. */
export function unknownCommand(commands: readonly Command[], tokens: Token[]): NoSuchCommandError {
  const [first, second] = tokens.map((token) => token.text.toLowerCase());
  if (first === undefined) return new NoSuchCommandError('Type a command. `help` lists them.', true);
  const names = commands.map((command) => command.name);
  const verbs = names.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
  if (verbs.length > 0) return new NoSuchCommandError(verbHint(first, second, verbs), true);
  const meant = commandMeantBy(first, names);
  const noun = wordMeantBy(first);
  const two = second === undefined ? undefined : closestName(`${noun} ${second}`, names);
  const nouns = names.map((name) => name.split(' ', 1)[0] ?? name);
  const known = noun !== first && nouns.includes(noun) ? noun : undefined;
  const suggestion = two ?? meant ?? known ?? closestName(first, [...names, ...nouns]);
  const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`help` lists the commands.';
  return new NoSuchCommandError(`There is no command ${quoted(first)}. ${hint}`, suggestion !== undefined);
}

function verbHint(noun: string, verb: string | undefined, verbs: string[]): string {
  const list = verbs.map((one) => `\`${noun} ${one}\``).join(', ');
  if (verb === undefined) return `\`${noun}\` needs a verb: ${list}.`;
  const suggestion = verbMeantBy(verb, verbs) ?? closestName(verb, verbs);
  const hint = suggestion ? `Did you mean \`${noun} ${suggestion}\`?` : `Available: ${list}.`;
  return `There is no command ${quoted(`${noun} ${verb}`)}. ${hint}`;
}
