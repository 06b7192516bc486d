import type { Span } from './spans.ts';
import { headLength, type StringTrie } from './string-trie.ts';

const [lineFeed, carriageReturn, tab, blank] = [10, 13, 9, 32];

/** Finds strings in a text that comes in pieces, also where line breaks and indentation cut them. */
export interface StringFinder {
  /** Reads on. @returns where strings stand that end here; positions count from the first piece. */
  feed(text: string): Span[];
  /** How much was read, in characters. */
  position(): number;
  /** How many of the last characters are the beginning of a string, and where they begin. */
  pending(): { characters: number; from: number };
  /** What comes next has nothing to do with what was read. */
  reset(): void;
}

/** A string whose head was found, and how far it goes on as in the text. */
interface Following {
  text: string;
  at: number;
}

export function createFinder(trie: StringTrie): StringFinder {
  /** Where the last characters stand that were read and not skipped. */
  const places = new Float64Array(headLength);
  let read = 0;
  let position = 0;
  let state = 0;
  let following: Following[] = [];
  let indented = false;
  let emptyLine = false;

  function reset(): void {
    state = 0;
    following = [];
  }

  function placeBack(characters: number): number {
    return places[(read - characters) % headLength] ?? position;
  }

  /** A string that differs is left, but for indentation, which may not be of it. */
  function follow(code: number, isIndentation: boolean): boolean {
    if (following.length === 0) return false;
    const on = following.filter(({ text, at }) => text.charCodeAt(at) === code);
    const kept = isIndentation ? following : on;
    for (const one of on) one.at += 1;
    following = kept.filter(({ text, at }) => at < text.length);
    return on.length > 0;
  }

  function meet(texts: readonly string[]): void {
    for (const text of texts) {
      if (!following.some((one) => one.text === text)) following.push({ text, at: headLength });
    }
  }

  function endLine(): void {
    if (emptyLine) reset();
    indented = true;
    emptyLine = true;
  }

  function readOne(code: number, spans: Span[]): void {
    const isBlank = code === blank || code === tab;
    const isIndentation = isBlank && indented;
    if (!isBlank) [indented, emptyLine] = [false, false];
    if (follow(code, isIndentation)) {
      const last = spans.at(-1);
      if (last) last.end = position + 1;
      else spans.push({ start: position, end: position + 1 });
    }
    if (isIndentation && state !== 0 && trie.child(state, code) === 0) return;
    state = trie.next(state, code);
    places[read % headLength] = position;
    read += 1;
    const length = trie.found(state);
    if (length > 0) spans.push({ start: placeBack(length), end: position + 1 });
    meet(trie.longer(state));
  }

  return {
    feed(text) {
      const spans: Span[] = [];
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === lineFeed) endLine();
        else if (code !== carriageReturn) readOne(code, spans);
        position += 1;
      }
      return spans;
    },
    position: () => position,
    pending() {
      const characters = trie.depth(state);
      return { characters, from: characters === 0 ? position : placeBack(characters) };
    },
    reset,
  };
}
