import { margin, type Redactor } from './redact.ts';
import { hideSpans, type Span } from './spans.ts';
import type { StringFinder } from './string-finder.ts';
import { headLength } from './string-trie.ts';
import { findTokens } from './token-shapes.ts';

/** The longest private key, RSA with 16384 bits, has about 200 lines; a stray first line hides no more than that. */
const maxKeyLines = 250;
/** Fewer characters of a secret tell nothing; lines are not held back for them. */
const tellingCharacters = 4;
/** More at the very end of a stream are hidden, though the rest of the secret never came. */
const certainCharacters = 8;

/** A line with what its reader knows about it. */
export interface AboutLine<T> {
  text: string;
  about: T;
}

/**
 * Redacts one stream of lines. Lines whose end may be the beginning of a secret come with the next one: a secret that is
 * cut by line breaks is hidden in all of them. Lines of a private key that is printed line by line are hidden, too.
 */
export interface LineRedactor<T> {
  /** @returns the lines that are certain by now, in their order. */
  add(line: string, about: T): AboutLine<T>[];
  /** For a pause: also gives what was held back, unless it ends with the first four characters of a secret. */
  pause(): AboutLine<T>[];
  /** For the end: gives everything. */
  end(): AboutLine<T>[];
}

interface Held<T> {
  text: string;
  about: T;
  /** Where the line stands in the stream. */
  span: Span;
  /** What is hidden of it, from its beginning. */
  hidden: Span[];
}

/** @param limit What begins after so many characters of a line is cut off. */
export function createLineRedactor<T>(redact: Redactor, limit: number): LineRedactor<T> {
  const finder = redact.finder();
  let held: Held<T>[] = [];
  let keyLines = 0;

  function release(before: number): AboutLine<T>[] {
    const certain = held.findIndex(({ span }) => span.end > before);
    const released = held.splice(0, certain === -1 ? held.length : certain);
    return released.map(({ about, hidden, text }) => ({ text: hideSpans(text, hidden, limit), about }));
  }

  function hide(spans: readonly Span[]): void {
    for (const { start, end } of spans) {
      for (const { hidden, span } of held) {
        if (start < span.end && end > span.start) {
          hidden.push({ start: Math.max(0, start - span.start), end: Math.min(end, span.end) - span.start });
        }
      }
    }
  }

  function addKeyLine(line: string, about: T): AboutLine<T>[] {
    keyLines = /-----END [A-Z ]*PRIVATE KEY-----/.test(line.slice(0, limit)) ? 0 : keyLines - 1;
    return [{ text: hideSpans(line, [{ start: 0, end: line.length }]), about }];
  }

  return {
    add(line, about) {
      if (keyLines > 0) return addKeyLine(line, about);
      const text = line.slice(0, limit + margin);
      const start = finder.position();
      held.push({ text, about, span: { start, end: start + text.length }, hidden: findTokens(text) });
      hide(finder.feed(text));
      if (line.length > text.length) skipTo(finder, line);
      finder.feed('\n');
      if (beginsKey(text)) {
        keyLines = maxKeyLines;
        finder.reset();
      }
      return release(finder.pending().from);
    },
    pause() {
      return finder.pending().characters < tellingCharacters ? release(Number.POSITIVE_INFINITY) : [];
    },
    end() {
      const { characters, from } = finder.pending();
      if (characters >= certainCharacters) hide([{ start: from, end: finder.position() }]);
      finder.reset();
      return release(Number.POSITIVE_INFINITY);
    },
  };
}

/** The end of a long line may be the beginning of a secret, though nobody is shown it. */
function skipTo(finder: StringFinder, line: string): void {
  finder.reset();
  finder.feed(line.slice(-headLength));
}

function beginsKey(line: string): boolean {
  const begin = line.lastIndexOf('-----BEGIN ');
  return (
    begin !== -1 && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line.slice(begin)) && !line.includes('-----END ', begin)
  );
}
