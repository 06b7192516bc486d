/** The longest pause between two tries, milliseconds. */
const lastRetryMs = 30_000;

export interface Coalesced {
  /** Asks for a run. Requests made while one runs or waits are one. */
  request(): void;
  /** Cancels what waits and resolves when what runs has ended. */
  stop(): Promise<void>;
}

export interface CoalesceOptions {
  /** How long the first failed run waits before it is tried again, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
}

/**
 * Runs `work` soon after it is requested: never twice at once, never more often than every `intervalMs`, and
 * always once more after the last request. A run that throws is reported and tried again.
 */
export function coalesce(
  work: () => Promise<void>,
  intervalMs: number,
  report: (error: unknown) => void,
  { firstRetryMs = 1_000 }: CoalesceOptions = {},
): Coalesced {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let lastRun = Number.NEGATIVE_INFINITY;
  let retryMs = firstRetryMs;

  async function run(): Promise<void> {
    again = false;
    lastRun = performance.now();
    try {
      await work();
      retryMs = firstRetryMs;
    } catch (error) {
      report(error);
      again = true;
      lastRun = performance.now() + retryMs;
      retryMs = Math.min(lastRetryMs, retryMs * 2);
    }
  }

  function schedule(): void {
    if (stopped || timer !== undefined || running !== undefined) return;
    // Timers drop fractions of a millisecond, and would fire before the interval is over.
    const wait = Math.max(0, Math.ceil(lastRun + intervalMs - performance.now()));
    timer = setTimeout(() => {
      timer = undefined;
      running = run().finally(() => {
        running = undefined;
        if (again) schedule();
      });
    }, wait);
  }

  return {
    request() {
      again = true;
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
