import { distance } from 'fastest-levenshtein';

/** More edits than this make another word, not a slip. */
const mostEdits = 2;

/**
 * The candidate a mistyped word most likely stands for: at most two edits away, or one for words under five
 * letters. Letters in the wrong order are one edit, however many they are. Candidates whose length differs by more
 * than that are not compared, so the work for a word of any length is bounded by the candidates'.
 */
export function closestName(word: string, candidates: readonly string[]): string | undefined {
  const near = candidates.filter((candidate) => Math.abs(candidate.length - word.length) <= mostEdits);
  if (near.length === 0) return undefined;
  const wanted = word.toLowerCase();
  const letters = sorted(wanted);
  let best: string | undefined;
  let bestEdits = (wanted.length < 5 ? 1 : mostEdits) + 1;
  for (const candidate of near) {
    const name = candidate.toLowerCase();
    const edits = name !== wanted && sorted(name) === letters ? 1 : distance(wanted, name);
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

function sorted(word: string): string {
  return Array.from(word).sort().join('');
}
