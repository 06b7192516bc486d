import { type Span, hideSpans } from './spans.ts';
import { createFinder, type StringFinder } from './string-finder.ts';
import { buildTrie } from './string-trie.ts';
import { variantsOf } from './secret-variants.ts';
import { findTokens } from './token-shapes.ts';

/**
 * Hides every known secret, as it is and as it is commonly encoded, and whatever has the shape of a credential. What
 * begins after `limit` characters is cut off (default: nothing). Linear in the text, whatever the number of secrets.
 */
export interface Redactor {
  (text: string, limit?: number): string;
  /** Finds the known secrets of a text that comes in pieces. */
  finder(): StringFinder;
}

/** Of what is cut off, so much is looked at, so that a secret that is cut in two is known. Characters. */
export const margin = 1_000;

/** Values shorter than four characters are not hidden. A secret of several lines is also hidden line by line. */
export function createRedactor(values: readonly string[]): Redactor {
  const trie = buildTrie(variantsOf(values));
  const finder = () => createFinder(trie);
  function redact(text: string, limit = Number.POSITIVE_INFINITY): string {
    const seen = text.slice(0, limit + margin);
    const spans: Span[] = [...finder().feed(seen), ...findTokens(seen)];
    return hideSpans(seen, spans, limit);
  }
  return Object.assign(redact, { finder });
}
