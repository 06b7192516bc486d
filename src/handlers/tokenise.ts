import { UsageError } from '../errors.ts';

/** A word of a line and its position; `end` is exclusive. */
export interface Token {
  text: string;
  start: number;
  end: number;
  /** The quote that this word opens and nothing closes: a mistake, or a line still being typed. */
  unclosed?: string;
}

/** Splits a line into words. */
export type Tokenise = (line: string) => Token[];

/** Chat clients make quotes typographic, and people wrap names in backticks; any quote of a class closes it. */
const quoteClasses = ['"“”„', "'‘’", '`'];

/** The characters that close each opening quote. */
const quoteOf = new Map(quoteClasses.flatMap((quotes) => Array.from(quotes, (quote) => [quote, quotes] as const)));

/** Runs of literal characters outside quotes and inside each kind, matched in one step. */
const plain = /[^\s\\"“”„'‘’`]+/y;
const plainWithin = new Map(quoteClasses.map((quotes) => [quotes, new RegExp(`[^\\\\${quotes}]+`, 'y')]));
const blanks = /\s+/y;

/** More than a 60 KB dotenv file has. */
export const mostWords = 10_000;

/** A quote opens at the start of a word or after `=`, so that the apostrophe in `it's` is only a letter. */
function opensQuote(line: string, at: number): string | undefined {
  const before = line[at - 1];
  if (before !== undefined && before !== '=' && !/\s/.test(before)) return undefined;
  return quoteOf.get(line[at] ?? '');
}

/** The text at `at` that `pattern` matches; may be empty. */
function run(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
}

/**
 * Splits a line into words as a shell would: quotes group, a backslash before a quote, blank or backslash
 * takes it literally. Nothing is expanded. Runs in linear time and stops one word after `mostWords`.
 */
export function tokenise(line: string): Token[] {
  const tokens: Token[] = [];
  let at = run(blanks, line, 0).length;
  while (at < line.length && tokens.length <= mostWords) {
    const token = readWord(line, at);
    tokens.push(token);
    at = token.end + run(blanks, line, token.end).length;
  }
  return tokens;
}

/** @throws {UsageError} when a quote is never closed. */
export function requireClosed(tokens: readonly Token[]): void {
  const quote = tokens.at(-1)?.unclosed;
  if (quote) throw new UsageError(`A quote (${quote}) is not closed. Close it, or put \\ before it.`);
}

function readWord(line: string, start: number): Token {
  const parts: string[] = [];
  let quote: string | undefined;
  let at = start;
  while (at < line.length) {
    const same = run((quote !== undefined && plainWithin.get(quote)) || plain, line, at);
    parts.push(same);
    at += same.length;
    const char = line[at];
    const next = line[at + 1];
    if (char === undefined || (quote === undefined && /\s/.test(char))) break;
    if (char === '\\' && next !== undefined && isEscapable(next) && quote !== quoteClasses[1]) {
      parts.push(next);
      at += 2;
      continue;
    }
    const opened = quote === undefined ? opensQuote(line, at) : undefined;
    if (quote?.includes(char)) quote = undefined;
    else if (opened !== undefined) quote = opened;
    else parts.push(char);
    at += 1;
  }
  return { text: dashes(parts.join('')), start, end: at, ...(quote && { unclosed: quote.slice(0, 1) }) };
}

function isEscapable(char: string): boolean {
  return char === '\\' || /\s/.test(char) || quoteOf.has(char);
}

/** Phones and Slack on macOS write `—` when two hyphens are typed. */
function dashes(text: string): string {
  return text.replace(/^[—–](?=[a-z])/, '--');
}
