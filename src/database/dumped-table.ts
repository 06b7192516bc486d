import { migrationsTable } from './orm.ts';

/** Lines of a dump; between a table and the next are its rows, each an array of the columns' values. */
export type DumpLine =
  | { dump: 1; migrations: readonly string[] }
  | { table: string; columns: readonly string[] }
  /** The last one: what comes without it was cut off. */
  | { whole: true; tables: number; rows: number };

export interface TableColumns {
  name: string;
  /** `type` without its limits, which a cast would cut values to instead of refusing them. */
  columns: { name: string; type: string }[];
}

/** Measurements of two weeks, which nobody needs back, in partitions that are made as time goes by. */
const left = ['task_metrics'];

/** Shipmate's tables with their columns, by name; a partitioned one stands for its partitions. */
export async function listTables(query: (sql: string) => Promise<TableColumns[]>): Promise<TableColumns[]> {
  return query(`
    select relname::text as name, json_agg(json_build_object(
      'name', attname,
      'type', case atttypid when 'bpchar'::regtype then 'bpchar' else format_type(atttypid, null) end
    ) order by attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname <> all('{${[migrationsTable, ...left].join(',')}}') and attnum > 0 and not attisdropped and attgenerated = ''
    group by relname order by relname`);
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
