import { UsageError } from '../errors.ts';

/** A word of a line and where it stands there; `end` is exclusive. */
export interface Token {
  text: string;
  start: number;
  end: number;
  /** The quote that opens in this word and is never closed: a mistake, or a line that is still being typed. */
  unclosed?: string;
}

/** Splits a line into words. */
export type Tokenise = (line: string) => Token[];

/** Chat clients turn quotes typographic, and people wrap names in backticks; what opens a quote closes it. */
const quoteClasses = ['"“”„', "'‘’", '`'];

/** A quote opens at the start of a word or after `=`, so that the apostrophe in `it's` is only a letter. */
function opensQuote(line: string, at: number): string | undefined {
  const before = line[at - 1];
  if (before !== undefined && before !== '=' && !/\s/.test(before)) return undefined;
  return quoteClasses.find((quotes) => quotes.includes(line[at] ?? ' '));
}

/**
 * Splits a line into words as a shell would: quotes group, a backslash before a quote, blank or backslash
 * takes it literally. Nothing is expanded. The time it takes grows with the length of the line.
 */
export function tokenise(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? '')) {
      at += 1;
      continue;
    }
    const token = readWord(line, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** @throws {UsageError} when a quote is never closed. */
export function requireClosed(tokens: readonly Token[]): void {
  const quote = tokens.at(-1)?.unclosed;
  if (quote) throw new UsageError(`A quote (${quote}) is not closed. Close it, or put \\ before it.`);
}

function readWord(line: string, start: number): Token {
  let text = '';
  let quote: string | undefined;
  let at = start;
  for (; at < line.length; at += 1) {
    const char = line[at] ?? '';
    const next = line[at + 1];
    if (char === '\\' && next !== undefined && isEscapable(next) && quote !== quoteClasses[1]) {
      text += next;
      at += 1;
    } else if (quote) {
      if (quote.includes(char)) quote = undefined;
      else text += char;
    } else if (/\s/.test(char)) {
      break;
    } else {
      quote = opensQuote(line, at);
      if (!quote) text += char;
    }
  }
  return { text: dashes(text), start, end: at, ...(quote && { unclosed: quote.slice(0, 1) }) };
}

function isEscapable(char: string): boolean {
  return char === '\\' || /\s/.test(char) || quoteClasses.some((quotes) => quotes.includes(char));
}

/** Phones and Slack on macOS write `—` when two hyphens are typed. */
function dashes(text: string): string {
  return text.replace(/^[—–](?=[a-z])/, '--');
}
