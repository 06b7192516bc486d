/** How the connections of one Shipmate are divided, so that all of them together stay within a limit. */
export interface ConnectionShares {
  /** Transactions of people and of background work. */
  transactions: number;
  /** Single statements of the system. */
  statements: number;
  queue: number;
}

/** The one that holds the leases, and the one that listens. */
const lasting = 2;
const leastOfQueue = 2;

/**
 * Three for transactions, as work inside one may need another while somebody else has the third; one for single
 * statements; two for the queue, which fetches jobs while it stores the end of another; and those that last.
 */
export const leastConnections = 3 + 1 + leastOfQueue + lasting;
export const defaultConnections = 20;

/** @param connections At least `leastConnections`. */
export function shareConnections(connections: number): ConnectionShares {
  const fifth = Math.floor(connections / 5);
  const queue = Math.max(leastOfQueue, fifth);
  return { transactions: connections - fifth - queue - lasting, statements: fifth, queue };
}
