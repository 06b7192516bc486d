import type { User } from '../entities/user.ts';
import type { Deps } from '../usecases/deps.ts';
import { jobs } from '../jobs/index.ts';
import { reachedUrls } from '../usecases/host-apps/list-repositories.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import { namesWithin, visibleNames } from '../usecases/overview/visible-names.ts';
import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';
import { matchCommand, stripInvocation } from './parse-line.ts';
import { type Token, tokenise } from './tokenise.ts';
import { positionals } from './command-usage.ts';

export interface Completions {
  /** Whole words that could replace `fragment`. */
  matches: string[];
  /** The unfinished word at the end of the line. */
  fragment: string;
}

export interface Context {
  deps: Deps;
  user: User | undefined;
}

/** Commands, option names, choices and the names the person may see; at most 50. */
export async function complete(commands: readonly Command[], raw: string, context: Context): Promise<Completions> {
  const line = stripInvocation(raw);
  const ends = line === '' || /\s$/.test(raw);
  const tokens = tokenise(line);
  const fragment = ends ? '' : (tokens.at(-1)?.text ?? '');
  const before = ends ? tokens : tokens.slice(0, -1);
  const candidates = await candidatesFor(commands, before, fragment, context);
  const matches = [...new Set(candidates)].filter((candidate) => candidate.startsWith(fragment)).sort();
  return { matches: matches.slice(0, 50), fragment };
}

/** So many as a platform shows at most. */
const mostOfOption = 100;

/** One option being completed, given the others. */
export interface OptionFragment {
  command: string;
  option: string;
  fragment: string;
  /** The value of the first positional option: the application, for commands that take one. */
  application: string | undefined;
}

/** Candidates for the option: those that start with the typed text, then those that contain it. */
export async function completeOption(
  commands: readonly Command[],
  { application, command: name, fragment, option: key }: OptionFragment,
  context: Context,
): Promise<string[]> {
  const command = commands.find((candidate) => candidate.name === name);
  const option = command?.options[key];
  if (!option || !mayRun(command, context)) return [];
  const typed = fragment.toLowerCase();
  const found = [...new Set(await valuesOf(commands, option, context, application))];
  const beginning = found.filter((value) => value.toLowerCase().startsWith(typed));
  const holding = found.filter((value) => !beginning.includes(value) && value.toLowerCase().includes(typed));
  return [...beginning, ...holding].slice(0, mostOfOption);
}

/** What may follow the words, by what it is: not yet by how it is spelled. */
export async function candidatesFor(
  commands: readonly Command[],
  before: Token[],
  fragment: string,
  context: Context,
): Promise<string[]> {
  const names = commands.map((command) => command.name);
  const spelled = before.map((token) => token.text.toLowerCase());
  const next = names
    .map((name) => name.split(' '))
    .filter((words) => words.length > spelled.length && spelled.every((word, at) => word === words[at]))
    .map((words) => words[spelled.length] ?? '');
  const found = matchCommand(commands, before);
  if (!found) return next;
  return [...next, ...(await optionCandidates(commands, found.command, found.words, fragment, context))];
}

async function optionCandidates(
  commands: readonly Command[],
  command: Command,
  words: Token[],
  fragment: string,
  context: Context,
): Promise<string[]> {
  const previous = words.at(-1)?.text ?? '';
  const named = Object.entries(command.options).filter(([, option]) => option.named);
  const placed = words.filter((word, at) => !word.text.startsWith('-') && !isValue(named, words[at - 1]));
  const application = placed[0]?.text;
  const waiting = named.find(([key, option]) => flagName(key) === previous && takesValue(option));
  if (waiting) return mayRun(command, context) ? valuesOf(commands, waiting[1], context, application) : [];
  if (fragment.startsWith('-')) return named.map(([key]) => flagName(key));
  const places = positionals(command);
  const option = (places[placed.length] ?? places.findLast(([, last]) => last.many))?.[1];
  return option && mayRun(command, context) ? valuesOf(commands, option, context, application) : [];
}

/** Command words are offered to everyone, names only to those who may use the command. */
export function mayRun({ role }: Command, { user }: Context): boolean {
  return role === 'anyone' || (user !== undefined && roleAtLeast(user.role, role));
}

function takesValue(option: Option<unknown>): boolean {
  return option.kind !== 'flag' && option.kind !== 'secret';
}

function isValue(named: [string, Option<unknown>][], previous: Token | undefined): boolean {
  return named.some(([key, option]) => flagName(key) === previous?.text && takesValue(option));
}

async function valuesOf(
  commands: readonly Command[],
  option: Option<unknown>,
  { deps, user }: Context,
  application: string | undefined,
): Promise<string[]> {
  if (option.choices) return [...option.choices];
  const kind = option.completes;
  if (kind === 'command') return commands.flatMap((command) => command.name.split(' ').slice(0, 1));
  if (kind === 'job') return jobs.map((job) => job.name);
  if (!user || !kind) return [];
  if (kind === 'deployment' || kind === 'env-key' || kind === 'branch') {
    return application === undefined ? [] : namesWithin(deps, user, application, kind);
  }
  if (kind === 'repository') return reachedUrls(deps);
  return visibleNames(deps, user, kind);
}
