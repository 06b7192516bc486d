/** The states of a dependency that services wait for. */
export interface Gate {
  /** A task runs. */
  started: PromiseWithResolvers<void>;
  /** All tasks are healthy. */
  healthy: PromiseWithResolvers<void>;
  /** All tasks have ended with exit code 0. */
  completed: PromiseWithResolvers<void>;
}

/** One gate per name; all reject with the signal's reason when it aborts. */
export function openGates(names: readonly string[], signal: AbortSignal): Map<string, Gate> {
  const gates = new Map(
    names.map((name) => [
      name,
      {
        started: Promise.withResolvers<void>(),
        healthy: Promise.withResolvers<void>(),
        completed: Promise.withResolvers<void>(),
      },
    ]),
  );
  const all = [...gates.values()].flatMap(({ started, healthy, completed }) => [started, healthy, completed]);
  // Avoids unhandled rejections of gates that nobody awaits.
  for (const { promise } of all) promise.catch(() => {});
  const close = () => all.forEach(({ reject }) => reject(signal.reason));
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });
  return gates;
}
