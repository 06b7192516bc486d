import type { Logger } from '../logger.ts';

/** Leases that this process has lost, for the log and the metrics. */
export interface LeaseLosses {
  /** @param why What the connection that held it met. */
  add(name: string, why: unknown): void;
  count(): number;
}

export function createLeaseLosses(logger: Logger): LeaseLosses {
  let lost = 0;
  return {
    add(name, why) {
      lost += 1;
      const message = 'a lease was lost with its connection to PostgreSQL: what ran under it stops and starts over';
      logger.warn({ lease: name, err: why }, message);
    },
    count: () => lost,
  };
}
