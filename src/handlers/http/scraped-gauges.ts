import { Gauge, type Registry } from 'prom-client';
import type { Deps } from '../../usecases/deps.ts';

export type Sample = [labels: Record<string, string>, value: number];

type Add<Seen> = (name: string, help: string, labelNames: string[], samplesOf: (seen: Seen) => Sample[]) => void;

/**
 * Gauges that are read on each scrape: a function that adds one. Prometheus collects all at once, so one look serves those of
 * a `read`. They are left out while it fails.
 */
export function scrapedGauges<Seen>(
  { logger }: Pick<Deps, 'logger'>,
  registers: Registry[],
  read: () => Promise<Seen>,
): Add<Seen> {
  let looking: Promise<Seen> | undefined;
  const look = () => (looking ??= read().finally(() => (looking = undefined)));
  return (name, help, labelNames, samplesOf) => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        gauge.reset();
        try {
          for (const [labels, value] of samplesOf(await look())) gauge.set(labels, value);
        } catch (error) {
          logger.warn({ err: error, metric: name }, 'metrics are incomplete');
        }
      },
    });
  };
}
