import { describe, expect, it } from '@jest/globals';
import { defaultConnections, leastConnections, shareConnections } from '../src/config-connections.ts';

describe('shareConnections', () => {
  it.each([
    [leastConnections, { transactions: 3, statements: 1, queue: 2 }],
    [9, { transactions: 4, statements: 1, queue: 2 }],
    [10, { transactions: 4, statements: 2, queue: 2 }],
    [defaultConnections, { transactions: 10, statements: 4, queue: 4 }],
    [100, { transactions: 58, statements: 20, queue: 20 }],
  ])('divides %d, with two for leases and listening', (connections, shares) => {
    expect(shareConnections(connections)).toEqual(shares);
    const { transactions, statements, queue } = shareConnections(connections);
    expect(transactions + statements + queue + 2).toBe(connections);
  });
});
