import type { EntityManager } from '@mikro-orm/postgresql';
import { migrationNames } from '../migrations/names.ts';
import { executeSql } from './execute-sql.ts';
import { type DumpLine, listTables, quoted, type TableColumns } from './dumped-table.ts';

/** Rows that are read at once; those of `wide` tables hold logs of up to 10 MiB. */
const rowsAtOnce = 500;
const wideRowsAtOnce = 16;
const wide = new Set(['deployments']);

/**
 * Every row of every table as lines of JSON, each value as PostgreSQL writes it as text, so that nothing is lost. The
 * queue is not among them: jobs are enqueued again from the rows.
 *
 * There is no `pg_dump` for it: the embedded server has none, and distributions have those of older servers only.
 *
 * @param em In a transaction that sees one moment (repeatable read), as the system.
 */
export async function* dumpTables(em: EntityManager): AsyncGenerator<string> {
  const tables = await listTables(async (sql) => (await executeSql<TableColumns>(em, sql)).rows);
  yield line({ dump: 1, migrations: migrationNames });
  let rows = 0;
  for (const table of tables) {
    yield line({ table: table.name, columns: table.columns.map(({ name }) => name) });
    for await (const row of rowsOf(em, table)) {
      rows += 1;
      yield `${row}\n`;
    }
  }
  yield line({ whole: true, tables: tables.length, rows });
}

/** A cursor, so that the memory does not grow with the table. */
async function* rowsOf(em: EntityManager, { columns, name }: TableColumns): AsyncGenerator<string> {
  const values = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  await executeSql(
    em,
    `declare dumped no scroll cursor for select to_json(array[${values}]::text[])::text as row from ${quoted(name)}`,
  );
  const atOnce = wide.has(name) ? wideRowsAtOnce : rowsAtOnce;
  for (;;) {
    const { rows } = await executeSql<{ row: string }>(em, `fetch ${atOnce} from dumped`);
    for (const { row } of rows) yield row;
    if (rows.length < atOnce) break;
  }
  await executeSql(em, 'close dumped');
}

function line(content: DumpLine): string {
  return `${JSON.stringify(content)}\n`;
}
