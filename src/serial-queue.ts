import pLimit from 'p-limit';

/** Tasks that run one at a time, in the order in which they were added. */
export interface SerialQueue {
  /** Runs the task once those added before it have ended; that one of them failed changes nothing. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves once everything added so far has ended. */
  idle(): Promise<void>;
}

/** How a queue takes a task. */
export type Enqueue = <T>(task: () => Promise<T>) => Promise<T>;

export function createSerialQueue(): SerialQueue {
  const run = pLimit(1);
  return { run: (task) => run(task), idle: () => run(() => undefined) };
}

/** Lets at most `most` tasks run at once; the others wait in the order in which they were added. */
export function createPool(most: number): Enqueue {
  const run = pLimit(most);
  return (task) => run(task);
}

/**
 * Adds a task that is given up when the signal is aborted before it begins: then it never does, and the caller hears of
 * it at once. A task that has begun has to look at the signal itself.
 * @throws the reason of the abort.
 */
export async function enqueueUntil<T>(signal: AbortSignal, enqueue: Enqueue, task: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  const done = enqueue(async () => {
    signal.removeEventListener('abort', giveUp);
    signal.throwIfAborted();
    return task();
  });
  return Promise.race([givenUp, done]);
}

/** Waits for `work` until the signal aborts; the work itself goes on. @throws the reason of the abort. */
export async function orAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  // Nobody may be left to hear of it.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A serial queue per key; a key is forgotten once its queue is empty. */
export function createKeyedQueue(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const queues = new Map<string, { queue: SerialQueue; users: number }>();
  return async (key, task) => {
    const known = queues.get(key) ?? { queue: createSerialQueue(), users: 0 };
    queues.set(key, known);
    known.users += 1;
    try {
      return await known.queue.run(task);
    } finally {
      known.users -= 1;
      if (known.users === 0) queues.delete(key);
    }
  };
}

/**
 * Runs `work` for the newest input, once at a time: of those that come while it runs only the last is worked on, for
 * all who gave one. Each is answered when the run that began after it was given has ended.
 */
export function oneWaiting<T = void>(work: (input: T) => Promise<void>): (input: T) => Promise<void> {
  const queue = createSerialQueue();
  let waiting: { input: T; done: Promise<void> } | undefined;
  return (input) => {
    if (waiting) {
      waiting.input = input;
      return waiting.done;
    }
    const next = { input, done: Promise.resolve() };
    next.done = queue.run(() => {
      waiting = undefined;
      return work(next.input);
    });
    waiting = next;
    return next.done;
  };
}
