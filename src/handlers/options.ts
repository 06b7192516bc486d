import { UsageError } from '../errors.ts';
import { closestName } from '../closest-name.ts';
import { anyOf } from '../word-lists.ts';
import { quoted } from '../quoted.ts';

/**
 * The kinds of option a command can have: what Discord's option types and command-line flags share,
 * so that a command which one of them could not express cannot be written.
 * `text`, `integer` and `choice` are positional, in the order of declaration, unless `named`.
 */
export interface Option<T> {
  /** A `secret` is never typed on the line: its bare name there makes Shipmate ask for it in private. */
  kind: 'text' | 'integer' | 'choice' | 'flag' | 'secret';
  summary: string;
  required: boolean;
  /** Takes its value as `--name value` instead of by position. */
  named: boolean;
  /** Positional, takes all that is left of the line. */
  rest: boolean;
  /** One letter for it: `f` is `-f`. */
  short?: string;
  /** Repeatable (named) or takes all remaining words (positional): the value is an array. */
  many: boolean;
  /** Typed in a whole line where a platform has no place for every option. */
  rare?: true;
  /** The value may turn out to be a secret, so histories leave such lines out. */
  confidential?: true;
  /** Its value is the text of a file where a platform's forms take files. */
  file?: true;
  choices?: readonly string[];
  /** What the value names, for completion. */
  completes?: Completion;
  /** Turns one raw value into the typed one; one element when `many`. @throws {UsageError} */
  parse(raw: string): T;
}

export type Completion =
  | 'application'
  | 'domain'
  | 'database'
  | 'project'
  | 'team'
  | 'user'
  | 'deployment'
  | 'approval'
  | 'branch'
  | 'command'
  | 'env-key'
  | 'job'
  | 'repository';
export type Options = Record<string, Option<unknown>>;

/** The typed input that a command's options describe. */
export type Input<O extends Options> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never };

const plain = { required: true, named: false, rest: false, many: false } as const;

export function text(summary: string, completes?: Completion): Option<string> {
  return { ...plain, kind: 'text', summary, ...(completes && { completes }), parse: (raw) => raw };
}

/** A whole number from `min` (default 0) to `max` (default 2^31 − 1, PostgreSQL's `integer`). */
export function integer(summary: string, { min = 0, max = 2_147_483_647 } = {}): Option<number> {
  return {
    ...plain,
    kind: 'integer',
    summary,
    parse(raw) {
      const value = /^[+-]?\d{1,10}$/.test(raw) ? Number(raw) : Number.NaN;
      if (value >= min && value <= max) return value;
      throw new UsageError(`${quoted(raw)} is not a whole number from ${min} to ${max}.`);
    },
  };
}

export function choice<const C extends readonly string[]>(summary: string, choices: C): Option<C[number]> {
  return {
    ...plain,
    kind: 'choice',
    summary,
    choices,
    parse(raw) {
      const found = choices.find((candidate) => candidate === raw.toLowerCase());
      if (found !== undefined) return found;
      const suggestion = closestName(raw, choices);
      const hint = suggestion ? ` Did you mean \`${suggestion}\`?` : '';
      throw new UsageError(`${quoted(raw)} is not one of ${anyOf(choices)}.${hint}`);
    },
  };
}

/** `--name`, or `--no-name`; false when absent. */
export function flag(summary: string): Option<boolean> {
  return { ...plain, kind: 'flag', summary, required: false, named: true, parse: (raw) => raw === 'true' };
}

/** Absent unless the person asks to enter it. */
export function secret(summary: string): Option<string | undefined> {
  return { ...plain, kind: 'secret', summary, required: false, named: true, parse: (raw) => raw };
}

export function optional<T>(option: Option<T>): Option<T | undefined> {
  return { ...option, required: false };
}

export function named<T>(option: Option<T>): Option<T> {
  return { ...option, named: true };
}

/** Seldom needed: {@link Option.rare}. */
export function rare<T>(option: Option<T>): Option<T> {
  return { ...option, rare: true };
}

/** Also as `-f`. */
export function short<T>(letter: string, option: Option<T>): Option<T> {
  return { ...option, short: letter };
}

export function many<T>(option: Option<T>): Option<T[]> {
  return { ...option, many: true, parse: (raw) => [option.parse(raw)] };
}

/** The rest of the line exactly as written, line breaks and quotes included. */
export function rest(option: Option<string>): Option<string> {
  return { ...option, rest: true };
}

/** What people have in a file: {@link Option.file}. */
export function inFile<T>(option: Option<T>): Option<T> {
  return { ...option, file: true };
}

/** For private values that are nevertheless typed on the line. */
export function confidential<T>(option: Option<T>): Option<T> {
  return { ...option, confidential: true };
}

/** An option's spelling on a line: `buildArg` is `--build-arg`. */
export function flagName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
