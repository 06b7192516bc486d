import type { Catalog } from './catalog.ts';

/** Something the live catalog must say. */
export type Fact =
  | { kind: 'column'; table: string; column: string; type: string; nullable?: boolean }
  | { kind: 'constraint'; table: string; definition: string }
  | { kind: 'check'; table: string; name: string }
  | { kind: 'index'; table: string; definition: string }
  | { kind: 'policy'; table: string; name: string; command: string }
  | { kind: 'partitions'; table: string; by: string; count: number }
  | { kind: 'function'; name: string }
  | { kind: 'trigger'; name: string };

/** A test that proves it: the file, and words that stand in it, of its name for the most part. */
export type Proof = readonly [file: string, words: string];

/** One statement of the Dokploy logical data model. */
export interface Statement {
  about: string;
  says: string;
  facts?: Fact[];
  proof?: Proof;
  /** What was decided where the model contradicts itself, or is carried out otherwise. */
  decision?: string;
}

/** The name of the statement's own test in test/database/data-model.test.ts. */
export function testName({ about, says }: Statement): string {
  return `${about}: ${says}`;
}

/** What the catalog lacks of the statement; empty when it holds. */
export function missing(catalog: Catalog, statement: Statement): string[] {
  return (statement.facts ?? []).filter((fact) => !holds(catalog, fact)).map((fact) => JSON.stringify(fact));
}

function holds(catalog: Catalog, fact: Fact): boolean {
  if (fact.kind === 'function') return catalog.functions.includes(fact.name);
  if (fact.kind === 'trigger') return catalog.triggers.includes(fact.name);
  const table = catalog.tables.get(fact.table);
  if (!table) return false;
  switch (fact.kind) {
    case 'column': {
      const column = table.columns.find(({ name }) => name === fact.column);
      if (column?.type !== fact.type) return false;
      return fact.nullable === undefined || column.nullable === fact.nullable;
    }
    case 'constraint':
      return [...table.constraints.values()].includes(fact.definition);
    case 'check':
      return table.constraints.get(fact.name)?.startsWith('CHECK') === true;
    case 'index':
      return table.indexes.includes(fact.definition);
    case 'policy':
      return table.rowSecurity && table.policies.get(fact.name) === fact.command;
    case 'partitions':
      return table.partitionedBy === fact.by && table.partitions.length >= fact.count;
  }
}

const types: Record<string, string> = {
  UUID: 'uuid',
  TEXT: 'text',
  JSONB: 'jsonb',
  INT: 'integer',
  BIGINT: 'bigint',
  BIGSERIAL: 'bigint',
  BOOLEAN: 'boolean',
  INET: 'inet',
  TIMESTAMPTZ: 'timestamp with time zone',
};

/** `id UUID`, `username VARCHAR(255)`, `team_id UUID nullable`: as the model writes attributes. */
export function attributes(about: string, table: string, lines: string[]): Statement[] {
  return lines.map((line) => {
    const [column = '', type = '', nullable] = line.split(' ');
    const fact: Fact = {
      kind: 'column',
      table,
      column,
      type: types[type] ?? type.replace('VARCHAR', 'character varying'),
    };
    return {
      about,
      says: `\`${column}\` ${type}${nullable ? ', nullable' : ''}`,
      facts: [nullable ? { ...fact, nullable: true } : fact],
    };
  });
}

/** `unique btree (username)` and so on, one statement each. */
export function indexes(about: string, table: string, definitions: Record<string, string>): Statement[] {
  return Object.entries(definitions).map(([says, definition]) => ({
    about,
    says,
    facts: [{ kind: 'index', table, definition }],
  }));
}

/** A check that a row of the table in `file` breaks. */
export function check(about: string, table: string, name: string, says: string, decision?: string): Statement {
  const resources = ['databases', 'volumes', 'domains', 'certificates', 'backups'].includes(table);
  const file = `test/database/${resources ? 'resource-constraints' : 'constraints'}.test.ts`;
  return {
    about,
    says,
    facts: [{ kind: 'check', table, name }],
    proof: [file, `'${name}'`],
    ...(decision && { decision }),
  };
}
