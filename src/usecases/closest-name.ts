import { distance } from 'fastest-levenshtein';

/**
 * The candidate a mistyped word most likely stands for: at most two edits away, or one for words under five
 * letters. Letters in the wrong order are one edit, however many they are.
 */
export function closestName(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const limit = wanted.length < 5 ? 1 : 2;
  let best: string | undefined;
  let bestEdits = limit + 1;
  for (const candidate of candidates) {
    const edits = editsBetween(wanted, candidate.toLowerCase());
    if (edits >= bestEdits) continue;
    best = candidate;
    bestEdits = edits;
  }
  return best;
}

/** What to answer when there is nothing of that name: the nearest one, or else `otherwise`. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const suggestion = closestName(word, candidates);
  return suggestion === undefined ? otherwise : `Did you mean \`${suggestion}\`?`;
}

function editsBetween(a: string, b: string): number {
  return a !== b && sorted(a) === sorted(b) ? 1 : distance(a, b);
}

function sorted(word: string): string {
  return Array.from(word).sort().join('');
}
