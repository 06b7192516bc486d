/**
 * Runs `work` for the newest input, once at a time: of those that come while it runs only the last is worked on, for
 * all who gave one. Each is answered when the run that began after it was given has ended.
 */
export function oneWaiting<T>(work: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  let waiting: { input: T; done: Promise<void> } | undefined;
  return (input) => {
    if (waiting) {
      waiting.input = input;
      return waiting.done;
    }
    const next = { input, done: turn };
    next.done = turn
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return work(next.input);
      });
    waiting = next;
    turn = next.done;
    return next.done;
  };
}
