import { excerpt } from './excerpt.ts';
import { type Budget, createBudget, interpolate, type Lookup } from './interpolate.ts';
import { ComposeError } from './problems.ts';

export interface EnvFileSource {
  /** As people know it. */
  file: string;
  /** Comes before the file's own variables. */
  lookup: Lookup;
  /** Comes after them (default none). */
  earlier?: Lookup;
  /** `raw`: values as they are written, without quotes and variables (default: as a shell has them). */
  format?: 'raw';
  /** Of all env files together (default: one of its own). */
  budget?: Budget;
}

export interface EnvFile {
  values: Record<string, string>;
  /** Variables that have neither value nor default. */
  missing: string[];
}

/**
 * Reads an env file as the reference implementation does: `export`, quotes, comments, lines of several lines in quotes,
 * and variables, of which the application's come before the file's own. A name alone gets the application's value.
 * @throws {EnvFileError} with the line that cannot be read.
 */
export function readEnvFile(text: string, source: EnvFileSource): EnvFile {
  const file = new Map<string, string>();
  const missing = new Set<string>();
  const { budget = createBudget() } = source;
  const reader = new Reader(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), source.file);
  const fill = (value: string) => {
    try {
      const lookup = (name: string) => source.lookup(name) ?? file.get(name) ?? source.earlier?.(name);
      return interpolate(value, lookup, (name) => missing.add(name), budget);
    } catch (error) {
      throw reader.refuse(error instanceof Error ? error.message : String(error));
    }
  };
  for (const { name, value, isLiteral } of source.format === 'raw' ? rawLines(reader) : reader.assignments()) {
    const found = value === undefined ? source.lookup(name) : isLiteral ? value : fill(value);
    if (found !== undefined) file.set(name, found);
  }
  return { values: Object.fromEntries(file), missing: [...missing].sort() };
}

/** The env files of a service. */
export interface EnvFiles {
  files: readonly { file: string; text: string; format?: 'raw' }[];
  /** The application's. */
  variables: Readonly<Record<string, string>>;
  /** The service's own, after the application's. */
  environment: Readonly<Record<string, string>>;
}

/**
 * The variables of all env files of a service, of which the last one counts.
 * @throws {ComposeError} as `readEnvFile`.
 */
export function readEnvFiles({ environment, files, variables }: EnvFiles): EnvFile {
  const values: Record<string, string> = {};
  const missing = new Set<string>();
  const budget = createBudget();
  const earlier = among(values);
  const lookup = (name: string) => among(variables)(name) ?? among(environment)(name);
  for (const { text, ...source } of files) {
    const read = readEnvFile(text, { ...source, lookup, earlier, budget });
    Object.assign(values, read.values);
    for (const name of read.missing) missing.add(name);
  }
  return { values, missing: [...missing].sort() };
}

function among(values: Readonly<Record<string, string>>): Lookup {
  return (name) => (Object.hasOwn(values, name) ? values[name] : undefined);
}

/** A place where an env file cannot be read. */
export class EnvFileError extends ComposeError {
  /** From 1 on. */
  readonly line: number;
  /** The quote that is not closed, where that is why. */
  readonly quote: string | undefined;

  constructor(file: string, { line, quote, text }: { line: number; quote?: string | undefined; text: string }) {
    super(file, `\`${file}\`, line ${line}: ${text}`);
    this.line = line;
    this.quote = quote;
  }
}

interface Assignment {
  name: string;
  /** Undefined when the line is a name alone. */
  value: string | undefined;
  /** Nothing in it is filled in. */
  isLiteral: boolean;
}

const blank = '[ \\t\\v\\f\\r\\u0085\\u00A0]*';
const toStatement = /(?:\s+|#[^\n]*)*/y;
const exported = new RegExp(`export[ \\t\\v\\f\\r\\u0085\\u00A0]+`, 'y');
/** A name may have blanks before the sign only. */
const nameOf = new RegExp(`([\\p{L}\\p{N}_.\\-[\\]]+)${blank}([=:]|\\n|$)`, 'uy');
const blanks = new RegExp(blank, 'y');
const unquoted = /[^\n]*/y;
const doubleQuoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
const singleQuoted = /'((?:[^'\\]|\\[\s\S])*)'/y;

/** A place in the text, from which patterns are read one after the other. */
class Reader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  *assignments(): Generator<Assignment> {
    for (;;) {
      this.#take(toStatement);
      if (this.#at >= this.#text.length) return;
      this.#take(exported);
      const found = this.#take(nameOf);
      if (!found) {
        const [line = ''] = this.#text.slice(this.#at, this.#at + 200).split('\n');
        throw this.refuse(`\`${excerpt(line.replace(/[=:].*/s, ''), 60)}\` is not the name of a variable`);
      }
      const [, name = '', sign = ''] = found;
      yield sign === '=' || sign === ':' ? { name, ...this.#value() } : { name, value: undefined, isLiteral: true };
    }
  }

  /** Lines as they are, of which those that begin with `#` are comments. */
  lines(): string[] {
    return this.#text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  }

  refuse(text: string, quote?: string): EnvFileError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new EnvFileError(this.#file, { line, quote, text });
  }

  #value(): Pick<Assignment, 'value' | 'isLiteral'> {
    this.#take(blanks);
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") {
      const [line = ''] = this.#take(unquoted) ?? [];
      return { value: line.replace(/ #.*$/s, '').trimEnd(), isLiteral: false };
    }
    const [, inside] = this.#take(quote === '"' ? doubleQuoted : singleQuoted) ?? [];
    if (inside === undefined) throw this.refuse(`the quote ${quote} is not closed`, quote);
    return quote === '"'
      ? { value: unescaped(inside), isLiteral: false }
      : { value: inside.replaceAll("\\'", "'"), isLiteral: true };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // A dollar sign that is no variable.
  $: '$$',
};

/** Escapes that are none stay as they are. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([abfnrtv"\\$])/g, (_, letter: string) => escapes[letter] ?? '');
}

function* rawLines(reader: Reader): Generator<Assignment> {
  for (const line of reader.lines()) {
    const text = line.trimStart();
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    if (name === '' || /\s/.test(name)) throw reader.refuse(`\`${excerpt(name, 60)}\` is not the name of a variable`);
    yield { name, value: at === -1 ? undefined : text.slice(at + 1), isLiteral: true };
  }
}
