import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until there is something, and returns it. @throws {Error} after `timeoutMs`, which only what never happens takes. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 600_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s`);
    await delay(50);
  }
}
