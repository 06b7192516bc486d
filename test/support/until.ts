import { setTimeout as delay } from 'node:timers/promises';

/** After the first look, and between looks in the end, milliseconds: most of them cost the processor what is waited for. */
const [firstPause, longestPause] = [20, 100];

/**
 * Looks again, more and more seldom, until there is something, and returns it. @throws {Error} after `timeoutMs`, which only
 * what never happens takes.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 600_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let pause = firstPause;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s`);
    await delay(pause);
    pause = Math.min(pause * 1.3, longestPause);
  }
}
