/** Strings are told apart by their beginnings: what comes after is compared with each one. Characters. */
export const headLength = 64;

/** Many strings as one machine that reads a text once, whatever their number: that of Aho and Corasick. */
export interface StringTrie {
  /** The state after a character, of the state before it; 0 is the first. */
  next(state: number, code: number): number;
  /** The state below, when some string goes on with the character; otherwise 0. */
  child(state: number, code: number): number;
  /** How many characters the state stands for: what was read last is the beginning of a string. */
  depth(state: number): number;
  /** Length of the longest string, or head of one, that ends here; 0: none. */
  found(state: number): number;
  /** The strings whose head ends here and that go on. */
  longer(state: number): readonly string[];
}

/** @see https://doi.org/10.1145/360825.360855 (Aho and Corasick, Efficient string matching) */
export function buildTrie(strings: readonly string[]): StringTrie {
  const size = strings.reduce((sum, { length }) => sum + Math.min(length, headLength), 1);
  // Per state: its character, its first child, the next child of its parent, where to go on when no child fits.
  const [codes, children, siblings, fallbacks] = [table(size), table(size), table(size), table(size)];
  const [depths, lengths] = [table(size), table(size)];
  const rest = new Map<number, string[]>();
  /** Below the first state, where most characters of a text are looked up. */
  const first = table(256);
  let used = 1;

  function child(state: number, code: number): number {
    if (state === 0 && code < first.length) return first[code] ?? 0;
    let found = children[state] ?? 0;
    while (found !== 0 && codes[found] !== code) found = siblings[found] ?? 0;
    return found;
  }

  function next(from: number, code: number): number {
    for (let state = from; ; state = fallbacks[state] ?? 0) {
      const found = child(state, code);
      if (found !== 0 || state === 0) return found;
    }
  }

  function add(text: string): void {
    let state = 0;
    for (let at = 0; at < Math.min(text.length, headLength); at += 1) {
      const code = text.charCodeAt(at);
      let below = child(state, code);
      if (below === 0) {
        below = used;
        used += 1;
        codes[below] = code;
        depths[below] = at + 1;
        siblings[below] = children[state] ?? 0;
        children[state] = below;
        if (state === 0 && code < first.length) first[code] = below;
      }
      state = below;
    }
    lengths[state] = depths[state] ?? 0;
    if (text.length > headLength) rest.set(state, [...(rest.get(state) ?? []), text]);
  }

  /** Level by level: the fallback of a state is one of a level above. */
  function link(): void {
    const queue = table(used);
    let filled = 1;
    for (let at = 0; at < filled; at += 1) {
      const state = queue[at] ?? 0;
      for (let below = children[state] ?? 0; below !== 0; below = siblings[below] ?? 0) {
        queue[filled] = below;
        filled += 1;
        const fallback = state === 0 ? 0 : next(fallbacks[state] ?? 0, codes[below] ?? 0);
        fallbacks[below] = fallback;
        lengths[below] ||= lengths[fallback] ?? 0;
      }
    }
  }

  for (const text of strings) add(text);
  link();
  return {
    next,
    child,
    depth: (state) => depths[state] ?? 0,
    found: (state) => lengths[state] ?? 0,
    longer: (state) => rest.get(state) ?? [],
  };
}

function table(size: number): Int32Array {
  return new Int32Array(size);
}
