const everyMs = 5;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * Follows how long the event loop is held without a turn for others, as processor time of this thread: a machine that is
 * busy makes it no longer.
 * @returns what ends it and tells the longest, milliseconds.
 */
export function followTurns(): () => number {
  let before = cpuMs();
  let longest = 0;
  const look = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}
