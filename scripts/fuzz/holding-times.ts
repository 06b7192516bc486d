export interface CallTimes {
  /** Runs a call. @throws {Error} when it holds the event loop for too long. */
  around(call: () => Promise<void>): Promise<void>;
  /** The longest time that a call held it, milliseconds of CPU. */
  longest(): number;
}

/** How often a call that is too slow is tried again: garbage of the calls before it may have been collected meanwhile. */
const again = 3;

export function holdingTimes(most: number): CallTimes {
  let longest = 0;
  return {
    longest: () => longest,
    async around(call) {
      let held = await holding(call);
      for (let times = 0; held > most && times < again; times += 1) held = Math.min(held, await holding(call));
      longest = Math.max(longest, held);
      if (held > most) throw new Error(`it holds the event loop for ${held.toFixed(0)} ms`);
    },
  };
}

/** CPU time between two turns of the event loop, at most. Milliseconds. */
async function holding(call: () => Promise<void>): Promise<number> {
  let since = cpuMs();
  let longest = 0;
  const note = () => {
    longest = Math.max(longest, cpuMs() - since);
    since = cpuMs();
  };
  let turn = setImmediate(function next() {
    note();
    turn = setImmediate(next);
  });
  try {
    await call();
    note();
    return longest;
  } finally {
    clearImmediate(turn);
  }
}

function cpuMs(): number {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1_000;
}
