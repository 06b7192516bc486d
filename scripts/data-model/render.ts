import type { Catalog, Table } from './catalog.ts';
import { purposes } from './purposes.ts';
import { type Statement, testName } from './statement.ts';

const head = `# Data model

PostgreSQL keeps these rules itself. This page is generated from the catalog of a migrated database and from the
statements of the Dokploy logical data model (\`npm run docs\`); a test fails while it is stale, while the database does
not keep a statement, or while a test that is named here does not exist.
`;

export function renderDataModel(catalog: Catalog, statements: readonly Statement[]): string {
  const model = [...catalog.tables.values()].filter(({ name }) => !purposes[name]?.own);
  const own = [...catalog.tables.values()].filter(({ name }) => purposes[name]?.own);
  return [
    head,
    '## Diagram\n',
    diagram(catalog),
    '## Entities of the model\n',
    ...model.map(entity),
    '## Tables of our own\n',
    ...own.map(entity),
    '## Functions and triggers\n',
    list(catalog.functions),
    list(catalog.triggers),
    '## Conformance\n',
    'What the model says, what was decided where it contradicts itself, and the tests that prove it.\n',
    conformance(statements),
  ].join('\n');
}

function diagram({ tables }: Catalog): string {
  const lines = [...tables.values()].flatMap((table) =>
    [...table.constraints.values()].flatMap((definition) => {
      const match = /^FOREIGN KEY \((\w+)\) REFERENCES (\w+)\(/.exec(definition);
      if (!match) return [];
      const [, column = '', parent = ''] = match;
      const one = table.indexes.includes(`unique btree (${column})`);
      const nullable = table.columns.find(({ name }) => name === column)?.nullable;
      return [`  ${parent} ${nullable ? '|o' : '||'}--${one ? 'o|' : 'o{'} ${table.name} : ${column}`];
    }),
  );
  return ['```mermaid', 'erDiagram', ...lines.sort(), '```', ''].join('\n');
}

function entity(table: Table): string {
  const purpose = purposes[table.name];
  const constraints = [...table.constraints].filter(([, definition]) => !definition.startsWith('PRIMARY KEY'));
  const facts = [
    table.partitionedBy && `Partitioned by \`${table.partitionedBy}\`.`,
    table.rowSecurity && `Row level security: ${[...table.policies.keys()].map((name) => `\`${name}\``).join(', ')}.`,
  ].filter(Boolean);
  return [
    `### ${table.name}\n`,
    `${purpose?.is ?? ''}\n`,
    '| Column | Type | Null | Default | What it is for |',
    '| --- | --- | --- | --- | --- |',
    ...table.columns.map(
      ({ name, type, nullable, default: value }) =>
        `| ${name} | ${type} | ${nullable ? 'yes' : 'no'} | ${value ? code(value) : ''} | ${purpose?.columns[name] ?? ''} |`,
    ),
    '',
    ...(constraints.length > 0 ? [list(constraints.map(([name, definition]) => `${name}: ${definition}`))] : []),
    ...(table.indexes.length > 0 ? [`Indexes: ${table.indexes.map(code).join(', ')}.\n`] : []),
    ...(facts.length > 0 ? [`${facts.join(' ')}\n`] : []),
  ].join('\n');
}

function conformance(statements: readonly Statement[]): string {
  const rows = statements.map((statement) => {
    const { about, says, decision = '', facts, proof } = statement;
    const tests = [
      ...(facts ? [`data-model.test.ts › ${testName(statement)}`] : []),
      ...(proof ? [`${proof[0].replace(/^test\//, '')} › ${proof[1].replaceAll("'", '')}`] : []),
    ];
    return `| ${[about, says, decision, tests.join('; ')].map(cell).join(' | ')} |`;
  });
  return ['| About | Statement | Decision | Proven by |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function list(items: readonly string[]): string {
  return `${items.map((item) => `- ${code(item)}`).join('\n')}\n`;
}

function code(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  return `\`${flat}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
