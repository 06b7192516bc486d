import { distance } from 'fastest-levenshtein';

/** Most edits that still count as a typo. */
const mostEdits = 2;

/**
 * The most likely candidate for a mistyped word: at most two edits away, or one for words under five
 * letters. Letters in the wrong order are one edit, however many they are. Candidates whose length differs by more
 * than that are skipped, so the work is bounded by the candidates' length, not the word's.
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

/** Hint for an unknown name: the closest candidate, else `otherwise`. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const suggestion = closestName(word, candidates);
  return suggestion === undefined ? otherwise : `Did you mean \`${suggestion}\`?`;
}

/** How many names are compared; the others keep their place. */
const mostCompared = 5_000;

/**
 * The names with those first that are most like the word: one contains the other, or few edits apart. The rest keeps its
 * order.
 */
export function nearestFirst(word: string, names: readonly string[]): string[] {
  if (word === '') return [...names];
  const wanted = word.toLowerCase();
  const like = names
    .slice(0, mostCompared)
    .filter((name) => isLike(wanted, name.toLowerCase()))
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
    .map(({ name }) => name);
  const first = new Set(like);
  return [...like, ...names.filter((name) => !first.has(name))];
}

function isLike(wanted: string, name: string): boolean {
  if (name.includes(wanted) || wanted.includes(name)) return true;
  return Math.abs(name.length - wanted.length) <= mostEdits && distance(wanted, name) <= mostEdits;
}

function sorted(word: string): string {
  return Array.from(word).sort().join('');
}
