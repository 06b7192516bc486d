import { setImmediate } from 'node:timers/promises';

/** Work that took so long lets others have their turn, milliseconds. */
const turnMs = 10;

/** Between pieces of long work: a promise when others are to have their turn first. */
export type Pacer = () => Promise<void> | undefined;

export function createPacer(): Pacer {
  let since = performance.now();
  return () => {
    if (performance.now() - since < turnMs) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
