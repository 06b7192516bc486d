import { jest } from '@jest/globals';
import pg from 'pg';

export interface Statements {
  /** How many of the statements sent so far have this part. */
  count(part: string): number;
  all(): number;
}

/** Counts the statements of this process until `jest.restoreAllMocks()`, those of transactions included. */
export function countStatements(): Statements {
  const query = jest.spyOn(pg.Client.prototype, 'query');
  const texts = () => query.mock.calls.map(([given]) => textOf(given));
  return {
    count: (part) => texts().filter((text) => text.includes(part)).length,
    all: () => query.mock.calls.length,
  };
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string }).text ?? '');
}
