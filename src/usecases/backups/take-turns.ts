import { setTimeout as delay } from 'node:timers/promises';

/** How often it is looked whose turn it is, milliseconds. */
const pollMs = 1_000;

interface Clock {
  /** Milliseconds. */
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

export interface Turns {
  /** Who wants turns now. */
  list(): Promise<string[]>;
  /** Never fails. @returns how long after its beginning the next turn is due, milliseconds. */
  take(id: string): Promise<number>;
  /** Most turns at the same time. */
  atOnce: number;
  /** How long turns begin, milliseconds; `most` while one that began earlier still lasts. */
  lasts: { usual: number; most: number };
  clock?: Clock;
}

const realClock: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

/**
 * Gives turns to many, a few at the same time, whoever is overdue longest first. A long turn holds up nobody else. Ends
 * when nobody wants a turn, or with the last turn after its time.
 */
export async function takeTurns(
  { atOnce, clock = realClock, lasts, list, take }: Turns,
  signal: AbortSignal,
): Promise<void> {
  const due = new Map<string, number>();
  const working = new Map<string, Promise<void>>();
  const begun = clock.now();

  async function turn(id: string, at: number): Promise<void> {
    due.set(id, at + (await take(id)));
    working.delete(id);
  }

  for (;;) {
    signal.throwIfAborted();
    const now = clock.now();
    const last = now - begun >= (working.size > 0 ? lasts.most : lasts.usual);
    const ids = last ? [] : await list();
    const waiting = ids.filter((id) => !working.has(id) && (due.get(id) ?? now) <= now);
    waiting.sort((one, other) => (due.get(one) ?? 0) - (due.get(other) ?? 0));
    for (const id of waiting.slice(0, Math.max(0, atOnce - working.size))) working.set(id, turn(id, now));
    if (ids.length === 0 && working.size === 0) return;
    await Promise.race([...working.values(), clock.wait(pollMs, signal)]);
  }
}
