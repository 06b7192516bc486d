export interface LineQueue {
  push(line: string): void;
  /** The oldest line that nobody has taken, waiting for it; undefined when there will be none. One taker at a time. */
  take(): Promise<string | undefined>;
  /** Makes the one who waits, if anybody does, go on without a line. */
  interrupt(): void;
  /** No more lines come. */
  end(): void;
}

/** Lines from where they are typed to where they are wanted: what is typed ahead waits for its turn. */
export function createLineQueue(): LineQueue {
  const lines: string[] = [];
  let taker: ((line: string | undefined) => void) | undefined;
  let ended = false;

  function give(line: string | undefined): boolean {
    const waiting = taker;
    taker = undefined;
    waiting?.(line);
    return waiting !== undefined;
  }

  return {
    push(line) {
      if (!give(line)) lines.push(line);
    },
    take() {
      const line = lines.shift();
      if (line !== undefined || ended) return Promise.resolve(line);
      return new Promise((resolve) => (taker = resolve));
    },
    interrupt: () => void give(undefined),
    end() {
      ended = true;
      give(undefined);
    },
  };
}
