import { closestName } from '../closest-name.ts';
import type { Command } from './command.ts';
import { positionals } from './command-usage.ts';
import { commandMeantBy, verbMeantBy, wordMeantBy } from './synonyms.ts';
import { quoteWord } from './write-line.ts';

/** A line that a sentence may mean. */
export interface Meaning {
  line: string;
  command: Command;
  /** It still needs something, which a form asks for. */
  form: boolean;
}

/** What a sentence that is no command line may mean. */
export interface Meanings {
  /** It is put as a question or a request, so that it speaks to us even where nobody types commands. */
  asks: boolean;
  /** What it says word for word, of a command that changes nothing: it may be run. */
  exact: Meaning | undefined;
  /** The best first: a person chooses. */
  nearest: Meaning[];
}

/** Of the sentence: longer ones are no question about one thing. */
const mostWords = 24;
const mostLetters = 60;
const mostMeanings = 3;
/**
 * What a word counts for that is one of the command's name, what other tools or people call it, of the same stem, a
 * similar verb, a typo, or one of its summary; and what counts against a command: parts of its name that nothing is said
 * of, and an application that it does not take.
 */
const weights = { name: 4, verb: 3, stem: 3, typo: 2, summary: 1, missing: -1, idle: -2 };
/** Below that nothing is offered, nor what is less than half as likely as the best. */
const enough = 3;

/** Words of a question that say nothing of what is asked for. */
const fillers = new Set(
  (
    'a all am an and any are at be been can could currently did do does for from get give has have hello hey hi how ' +
    'i in is it its just let lets like me my need now of on or our please pls shipmate should show so some tell thank ' +
    'thanks that the their there this to up us want was we were what whats which will with would you your'
  ).split(' '),
);

/** What questions and requests begin with. */
const requests = new Set(
  'are can could do does how is list may please show tell what whats when where which who why'.split(' '),
);

interface Scored {
  command: Command;
  score: number;
  /** Every word is the command's, or says nothing. */
  exact: boolean;
}

/**
 * Finds the commands that a sentence may mean by its words alone: their names, what other tools call them, words of the
 * same stem, typos, and what their summaries say. Nothing is run by it; only what is said word for word may be.
 * @param commands Those that the person may run.
 * @param applications The names that the person sees, as `project/app`.
 */
export function understand(commands: readonly Command[], sentence: string, applications: readonly string[]): Meanings {
  const words = wordsOf(sentence);
  if (words.length < 2 || words.length > mostWords) return { asks: false, exact: undefined, nearest: [] };
  const { application, rest } = takeApplication(words, applications);
  const said = withPairs(rest).map((word) => ({ word, stem: stemOf(word), meant: wordMeantBy(word) }));
  const scored = commands
    .map((command) => score(command, said, application))
    .filter((one) => one.score >= enough)
    .toSorted((one, other) => other.score - one.score);
  const [best, second] = scored;
  const isOne = best?.exact === true && second?.score !== best.score;
  const first = isOne ? meaningOf(best.command, application) : undefined;
  return {
    asks: /\?\s*$/.test(sentence) || requests.has(words[0] ?? ''),
    exact: first && best?.command.reads && isComplete(first.command, application) ? first : undefined,
    nearest: scored
      .filter((one) => one.score * 2 > (best?.score ?? 0))
      .slice(0, mostMeanings)
      .map(({ command }) => meaningOf(command, application)),
  };
}

function wordsOf(sentence: string): string[] {
  return sentence
    .slice(0, mostWords * mostLetters)
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').replace(/['’]s$/, ''))
    .filter((word) => word !== '' && word.length <= mostLetters);
}

/** The application that the words name, with its project or, where only one is called so, without. */
function takeApplication(
  words: readonly string[],
  names: readonly string[],
): { application: string | undefined; rest: string[] } {
  for (const [at, word] of words.entries()) {
    const found = word.includes('/')
      ? names.filter((name) => name === word)
      : names.filter((name) => isCalled(name, word));
    const [application] = found;
    if (found.length === 1 && application !== undefined) return { application, rest: words.toSpliced(at, 1) };
  }
  return { application: undefined, rest: [...words] };
}

function isCalled(name: string, word: string): boolean {
  return name.slice(name.indexOf('/') + 1) === word;
}

interface Said {
  word: string;
  stem: string;
  /** The word of commands for it. */
  meant: string;
}

interface Vocabulary {
  parts: readonly string[];
  stems: readonly string[];
  summary: ReadonlySet<string>;
}

/** Commands are declared once, and so their words are read once. */
const vocabularies = new WeakMap<Command, Vocabulary>();

function vocabularyOf(command: Command): Vocabulary {
  const known = vocabularies.get(command);
  if (known) return known;
  const parts = command.name.split(' ');
  const summary = new Set(
    command.summary
      .toLowerCase()
      .match(/\p{L}+/gu)
      ?.map(stemOf),
  );
  const made = { parts, stems: parts.map(stemOf), summary };
  vocabularies.set(command, made);
  return made;
}

function score(command: Command, said: readonly Said[], application: string | undefined): Scored {
  const { parts, stems, summary } = vocabularyOf(command);
  const reached = new Set<string>();
  let total = 0;
  let exact = said.length > 0;
  let named = false;
  for (const one of said) {
    const { reaches, weight } = likeness(one, command.name, parts, stems);
    for (const part of reaches) reached.add(part);
    named ||= weight > 0;
    exact &&= weight === weights.name;
    total += weight > 0 ? weight : summary.has(one.stem) ? weights.summary : 0;
  }
  const missing = parts.filter((part) => !reached.has(part)).length;
  const idle = application !== undefined && !takesApplication(command) ? weights.idle : 0;
  const isWhole = missing === 0 && idle === 0;
  return { command, score: named ? total + missing * weights.missing + idle : 0, exact: exact && isWhole };
}

/** Without what says nothing, and two words as one where a command is written so: `roll back`, `back up`. */
function withPairs(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const both = `${words[at] ?? ''} ${words[at + 1] ?? ''}`;
    const one = both === 'roll back' || both === 'back up' ? both.replace(' ', '') : undefined;
    const word = one ?? words[at] ?? '';
    if (one !== undefined) at += 1;
    if (!fillers.has(word)) joined.push(word);
  }
  return joined;
}

function likeness(
  { meant, stem, word }: Said,
  name: string,
  parts: readonly string[],
  stems: readonly string[],
): { reaches: readonly string[]; weight: number } {
  const [noun = ''] = parts;
  if (parts.includes(word)) return { reaches: [word], weight: weights.name };
  const isList = word.endsWith('s') && name === `${noun} list` && (meant === noun || word === `${noun}s`);
  if (isList || commandMeantBy(word, [name]) === name) return { reaches: parts, weight: weights.name };
  if (parts.includes(meant)) return { reaches: [meant], weight: weights.name };
  const same = parts[stems.indexOf(stem)];
  if (same !== undefined) return { reaches: [same], weight: weights.stem };
  const verb = parts.length > 1 ? verbMeantBy(word, parts.slice(1)) : undefined;
  if (verb !== undefined) return { reaches: [verb], weight: weights.verb };
  const near = word.length >= 4 ? closestName(word, parts) : undefined;
  return near === undefined ? { reaches: [], weight: 0 } : { reaches: [near], weight: weights.typo };
}

/** `deploy` of `deployed`, `deployments` and `deploying`. */
function stemOf(word: string): string {
  const bare = word.replace(/(?:ments?|ings?|ed|es|s)$/, '');
  return bare.length >= 3 ? bare : word;
}

function takesApplication(command: Command): boolean {
  return positionals(command)[0]?.[1].completes === 'application';
}

function isComplete(command: Command, application: string | undefined): boolean {
  const wanted = positionals(command).filter(([, { required }]) => required).length;
  return wanted === 0 || (wanted === 1 && takesApplication(command) && application !== undefined);
}

function meaningOf(command: Command, application: string | undefined): Meaning {
  const given = takesApplication(command) ? application : undefined;
  const line = given === undefined ? command.name : `${command.name} ${quoteWord(given)}`;
  return { line, command, form: command.form !== undefined && !isComplete(command, given) };
}
