export interface Suite {
  path: string;
  /** How long it took alone or in an earlier run. */
  seconds: number;
  /** It mostly waits: for Swarm, rather than for a core. */
  waits: boolean;
}

/**
 * Longest first, so that no long suite is left over at the end; and mixed, so that at any time about `waiting` of the
 * workers run suites that wait, while the others keep the cores busy.
 */
export function inTurns<T extends Suite>(suites: T[], { workers, waiting }: { workers: number; waiting: number }): T[] {
  const longestFirst = suites.toSorted((a, b) => b.seconds - a.seconds || (a.path < b.path ? -1 : 1));
  const waits = longestFirst.filter((suite) => suite.waits);
  const computes = longestFirst.filter((suite) => !suite.waits);
  const busy: { until: number; waits: boolean }[] = [];
  const turns: T[] = [];
  let now = 0;
  while (waits.length + computes.length > 0) {
    if (busy.length >= workers) {
      busy.sort((a, b) => b.until - a.until);
      now = busy.pop()?.until ?? now;
    }
    const full = busy.filter((one) => one.waits).length >= waiting;
    const next = (full ? computes.shift() : waits.shift()) ?? waits.shift() ?? computes.shift();
    if (!next) break;
    turns.push(next);
    busy.push({ until: now + next.seconds, waits: next.waits });
  }
  return turns;
}
