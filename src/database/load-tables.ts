import type pg from 'pg';
import { UserError } from '../errors.ts';
import { type DumpLine, listTables, quoted, type TableColumns } from './dumped-table.ts';
import { withOwner } from './owner-connection.ts';

/** Rows that are written in one statement, characters. */
const batchLength = 4 * 1024 ** 2;
const batchRows = 1_000;

export interface Loaded {
  tables: number;
  rows: number;
}

/**
 * Replaces everything in the tables by a dump, in one transaction. The database has to be migrated as far as the dumped one
 * was.
 * @param lines What `dumpTables` gave, from its first table on.
 * @param amend Runs in the same transaction, after the rows and before the constraints.
 * @throws {UserError} when the dump breaks off or has other tables; then nothing has changed.
 */
export async function loadTables(
  databaseUrl: string,
  lines: AsyncIterable<string>,
  amend: (client: pg.ClientBase) => Promise<void>,
): Promise<Loaded> {
  return withOwner(databaseUrl, async (client) => {
    await client.query('begin');
    try {
      const tables = await listTables(async (sql) => (await client.query<TableColumns>(sql)).rows);
      // Tables refer to each other in circles; a constraint that is made anew looks at all rows.
      const foreignKeys = await dropForeignKeys(client);
      await setTriggers(client, 'disable');
      await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`);
      const loaded = await load(client, tables, lines);
      await amend(client);
      await raiseSequences(client);
      for (const sql of foreignKeys) await client.query(sql);
      await setTriggers(client, 'enable');
      await client.query('commit');
      return loaded;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

async function load(client: pg.ClientBase, tables: TableColumns[], lines: AsyncIterable<string>): Promise<Loaded> {
  let insert = '';
  let batch: string[] = [];
  let length = 0;
  let rows = 0;
  let seen = 0;
  const flush = async () => {
    if (batch.length > 0) await client.query(insert, [`[${batch.join(',')}]`]);
    [batch, length] = [[], 0];
  };
  for await (const text of lines) {
    if (text.startsWith('[')) {
      batch.push(text);
      length += text.length;
      rows += 1;
      if (length > batchLength || batch.length === batchRows) await flush();
      continue;
    }
    await flush();
    const line = JSON.parse(text) as DumpLine;
    if ('whole' in line && line.rows === rows && line.tables === seen) return { tables: seen, rows };
    if (!('table' in line)) break;
    insert = insertInto(line, tables);
    seen += 1;
  }
  throw new UserError(`The backup of the database breaks off after ${rows} rows. Take another one.`);
}

/** Types are those of this database: a dump cannot bring SQL along. */
function insertInto({ table, columns }: { table: string; columns: readonly string[] }, tables: TableColumns[]): string {
  const known = tables.find(({ name }) => name === table)?.columns ?? [];
  const types = new Map(known.map(({ name, type }) => [name, type]));
  if (types.size !== columns.length || columns.some((name) => !types.has(name)))
    throw new UserError(`The backup has other columns in the table ${table} than this version of Shipmate knows.`);
  const values = columns.map((name, at) => `(row ->> ${at})::${types.get(name)}`);
  return (
    `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) ` +
    `select ${values.join(', ')} from json_array_elements($1::json) row`
  );
}

/** @returns what makes them again. */
async function dropForeignKeys(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
    from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace
    order by conname`);
  for (const { drop } of rows) await client.query(drop);
  return rows.map(({ add }) => add);
}

/** They write notifications and refuse changes, which concerns new rows. */
async function setTriggers(client: pg.ClientBase, what: 'enable' | 'disable'): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(`
    select distinct format('alter table %s ${what} trigger user', tgrelid::regclass) as sql
    from pg_trigger join pg_class c on c.oid = tgrelid
    where relnamespace = 'public'::regnamespace and not tgisinternal order by 1`);
  for (const { sql } of rows) await client.query(sql);
}

async function raiseSequences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(`
    select format('select setval(%L, coalesce(max(%I), 0) + 1, false) from %s', s.oid::regclass, attname, t.oid::regclass)
      as sql
    from pg_class s
    join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid and not t.relispartition
    join pg_attribute on attrelid = t.oid and attnum = d.refobjsubid
    where s.relkind = 'S' and s.relnamespace = 'public'::regnamespace`);
  for (const { sql } of rows) await client.query(sql);
}
