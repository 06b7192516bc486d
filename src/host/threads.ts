import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { createPool, enqueueUntil } from '../serial-queue.ts';
import type { Entry } from './thread-entry.ts';

export interface ThreadLimits {
  /** How many tasks run at once; others wait. */
  atOnce: number;
  /** Of each thread, megabytes. */
  memory: number;
}

/** An exported function of a module that needs nothing but its argument. */
export interface ThreadCall {
  file: URL;
  name: string;
}

export interface TaskLimits {
  /** From when a thread begins with it, milliseconds: neither its turn nor the start of the thread counts. */
  timeMs: number;
  signal?: AbortSignal;
}

/** Runs functions whose work would hold the event loop. */
export interface Threads {
  /**
   * Calls the function in a thread; its argument and result are copied, except for shared memory.
   * @throws {ThreadLimitError}
   */
  run<F extends (task: never) => unknown>(
    call: ThreadCall,
    task: Parameters<F>[0],
    limits: TaskLimits,
  ): Promise<Awaited<ReturnType<F>>>;
}

/** The thread was ended because its task took too much. */
export class ThreadLimitError extends Error {
  override name = 'ThreadLimitError' as const;
  readonly limit: 'time' | 'memory';

  constructor(limit: ThreadLimitError['limit']) {
    super(`A task in a thread took too much ${limit}.`);
    this.limit = limit;
  }
}

/** A thread without work ends after this many milliseconds. */
const idleMs = 30_000;

/** A pool that begins without threads. Its threads do not keep the process alive. */
export function createThreads({ atOnce, memory }: ThreadLimits): Threads {
  const enqueue = createPool(atOnce);
  let pool: Promise<Piscina> | undefined;
  return {
    run(call, task, { signal = new AbortController().signal, timeMs }) {
      return enqueueUntil(signal, enqueue, async () => {
        pool ??= openPool({ atOnce, memory });
        const opened = await pool;
        using late = limitFromBeginning(timeMs);
        const given: Entry = { file: call.file.href, name: call.name, task, begun: late.begun };
        const within = AbortSignal.any([signal, late.signal]);
        try {
          return await opened.run(given, { ...entry, signal: within, transferList: [late.begun] });
        } catch (error) {
          signal.throwIfAborted();
          if (within.aborted) throw new ThreadLimitError('time');
          throw isOutOfMemory(error) ? new ThreadLimitError('memory') : error;
        }
      });
    },
  };
}

const entry = { filename: new URL('thread-entry.ts', import.meta.url).href, name: 'callFunction' };

/** Aborts `signal` so many milliseconds after `begun` was told, in the thread, that the task begins. */
function limitFromBeginning(timeMs: number) {
  const { port1: here, port2: begun } = new MessageChannel();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  once(here, 'message').then(
    () => (timer = setTimeout(() => late.abort(), timeMs)),
    () => undefined,
  );
  here.unref();
  return {
    begun,
    signal: late.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      here.close();
    },
  };
}

async function openPool({ atOnce, memory }: ThreadLimits): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    minThreads: 0,
    maxThreads: atOnce,
    idleTimeout: idleMs,
    recordTiming: false,
    // Neither the flags of this process nor its secrets are for the threads.
    execArgv: [],
    env: {},
    // Without its own limit a thread has the small young generation of `npm start`, and large texts take twice as long.
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 48 },
  });
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}
