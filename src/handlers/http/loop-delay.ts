import { Histogram } from 'prom-client';

/** How often the delay is measured, milliseconds: work that holds the loop for longer is always seen. */
const everyMs = 20;

/** How late timers are: what everybody waits for while something else holds the event loop. */
export interface LoopDelay {
  histogram: Histogram;
  stop(): void;
}

/**
 * Measures with a timer of its own, since prom-client has the delay as quantiles only, which cannot be added up over
 * replicas or time.
 */
export function measureLoopDelay(): LoopDelay {
  const histogram = new Histogram({
    name: 'shipmate_event_loop_delay_seconds',
    help: 'How late timers of the event loop are',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [],
  });
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    histogram.observe(Math.max(0, now - due) / 1_000);
    due = now + everyMs;
  }, everyMs);
  timer.unref();
  return { histogram, stop: () => clearInterval(timer) };
}
