import pg from 'pg';

export interface Statements extends Disposable {
  /** How many of the statements sent so far have this part. */
  count(part: string): number;
  all(): number;
}

/** Counts the statements of this process, those of transactions included, until it is disposed of. */
export function countStatements(): Statements {
  const texts: string[] = [];
  const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
  function counted(this: pg.Client, ...given: unknown[]): unknown {
    texts.push(textOf(given[0]));
    return query.apply(this, given);
  }
  pg.Client.prototype.query = counted as typeof pg.Client.prototype.query;
  return {
    count: (part) => texts.filter((text) => text.includes(part)).length,
    all: () => texts.length,
    [Symbol.dispose]: () => {
      pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
    },
  };
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string }).text ?? '');
}
