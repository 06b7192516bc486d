import type { createSampling, SamplingDeps } from './sampling.ts';

interface Sampler {
  start(): Promise<void>;
  /** Waits for the look that is under way. */
  stop(): Promise<void>;
}

/** Looks every `everyMs` milliseconds (default a minute), on the minute, at what the tasks of applications use. */
export function createSampler(deps: SamplingDeps, { everyMs = 60_000 } = {}): Sampler {
  let sampling: ReturnType<typeof createSampling> | undefined;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let told: string | undefined;

  /** The same trouble is told once until something else happens. */
  function tell(trouble: string | undefined, error?: unknown): void {
    if (trouble !== undefined && trouble !== told) deps.logger.warn({ err: error }, trouble);
    told = trouble;
  }

  async function look(): Promise<void> {
    try {
      sampling ??= (await import('./sampling.ts')).createSampling(deps);
      const result = await sampling.sample(stopping.signal);
      tell(result?.includes('left out') ? `task metrics: ${result}` : undefined);
    } catch (error) {
      if (stopping.signal.aborted) return;
      tell(`task metrics are incomplete: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  function wait(): void {
    timer = setTimeout(
      () => {
        looking = look().finally(() => {
          if (!stopping.signal.aborted) wait();
        });
      },
      everyMs - (Date.now() % everyMs),
    );
    timer.unref();
  }

  return {
    start: async () => wait(),
    async stop() {
      stopping.abort(new Error('Shipmate stops'));
      clearTimeout(timer);
      await looking;
      await sampling?.release();
    },
  };
}
