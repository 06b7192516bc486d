export interface GroupCommit<Item, Result> {
  /** Waits until the item is committed, together with others. Items that share a key are never committed together. */
  add(item: Item, keys: readonly string[]): Promise<Result>;
}

interface GroupCommitOptions<Item, Result> {
  /** Items that are committed together. */
  most: number;
  /** Commits under way at a time. */
  committers: number;
  /** How long a commit may take before the next one begins beside it, milliseconds. */
  patienceMs: number;
  /**
   * How long a commit waits for as many items as were lately under way at the same time, milliseconds: whoever sends one
   * after the other sends the next one as soon as the last commit is answered.
   */
  gatherMs: number;
  /** Returns the result of each item, in order. When it throws, so does every `add` of that commit. */
  commit(items: Item[]): Promise<Result[]>;
}

interface Waiting<Item, Result> {
  item: Item;
  keys: readonly string[];
  settle: PromiseWithResolvers<Result>;
}

/**
 * Commits in one go what arrives while earlier items are being committed, so that a busy database does more with each
 * commit instead of more commits. An item that arrives alone does not wait.
 */
export function createGroupCommit<Item, Result>({
  most,
  committers,
  patienceMs,
  gatherMs,
  commit,
}: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  const busy = new Set<string>();
  let running = 0;
  let scheduled = false;
  /** Items that were lately under way at the same time; it falls by one with each commit that has fewer. */
  let expected = 1;
  let gathering: NodeJS.Timeout | undefined;

  /** The oldest that may go; what shares a key with something before it keeps its place. */
  function take(): Waiting<Item, Result>[] {
    const taken: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const used = new Set<string>();
    for (const one of waiting) {
      const goes = taken.length < most && !one.keys.some((key) => used.has(key) || busy.has(key));
      (goes ? taken : left).push(one);
      for (const key of one.keys) used.add(key);
    }
    waiting = left;
    return taken;
  }

  function start(): void {
    scheduled = false;
    if (running === 0 && waiting.length > 0 && waiting.length < expected) gathering ??= setTimeout(startAll, gatherMs);
    else startAll();
  }

  function startAll(): void {
    clearTimeout(gathering);
    gathering = undefined;
    while (running === 0 || (running < committers && waiting.length >= most)) if (!startOne()) return;
  }

  function startOne(): boolean {
    const taken = running < committers ? take() : [];
    if (taken.length > 0) void run(taken);
    return taken.length > 0;
  }

  async function run(taken: Waiting<Item, Result>[]): Promise<void> {
    const keys = taken.flatMap((one) => one.keys);
    running += 1;
    expected = Math.min(most, Math.max(taken.length + waiting.length, expected - 1));
    for (const key of keys) busy.add(key);
    const slow = setTimeout(startOne, patienceMs);
    try {
      const results = await commit(taken.map(({ item }) => item));
      for (const [at, { settle }] of taken.entries()) settle.resolve(results[at] as Result);
    } catch (error) {
      for (const { settle } of taken) settle.reject(error);
    } finally {
      clearTimeout(slow);
      running -= 1;
      for (const key of keys) busy.delete(key);
      start();
    }
  }

  return {
    add(item, keys) {
      const settle = Promise.withResolvers<Result>();
      waiting.push({ item, keys, settle });
      // What arrived in the same turn of the event loop goes together.
      if (!scheduled) setImmediate(start);
      scheduled = true;
      return settle.promise;
    },
  };
}
