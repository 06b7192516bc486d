export interface Column {
  name: string;
  /** As PostgreSQL formats it, e.g. `character varying(255)`. */
  type: string;
  nullable: boolean;
  default: string | null;
}

export interface Table {
  name: string;
  columns: Column[];
  /** Name → definition, e.g. `CHECK ((replicas >= 0))`. */
  constraints: Map<string, string>;
  /** E.g. `unique btree (username)`, `btree (id) where (deleted_at IS NULL)`. */
  indexes: string[];
  /** Name → `select`, `insert`, ... */
  policies: Map<string, string>;
  rowSecurity: boolean;
  /** E.g. `RANGE (created_at)`. */
  partitionedBy: string | null;
  partitions: string[];
}

export interface Catalog {
  tables: Map<string, Table>;
  /** Materialized views' queries, by name. */
  views: Map<string, string>;
  /** `soft_delete_application(app_id uuid)`. */
  functions: string[];
  /** `audit_logs.audit_logs_append_only`. */
  triggers: string[];
}

const ours = `relnamespace = 'public'::regnamespace and not relispartition and relname <> 'shipmate_migrations'`;

/** A connection as the owner of the tables. */
interface Client {
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
}

/** What a migrated database really has, by PostgreSQL's own account. */
export async function readCatalog(client: Client): Promise<Catalog> {
  const rows = async (sql: string) => (await client.query<Record<string, string>>(sql)).rows;
  const tables = new Map<string, Table>();
  const relations = await client.query<{ name: string; rls: boolean; key: string | null; partitions: string[] }>(
    `select relname as name, relrowsecurity as rls, case when relkind = 'p' then pg_get_partkeydef(oid) end as key,
       array(select inhrelid::regclass::text from pg_inherits where inhparent = c.oid order by 1) as partitions
     from pg_class c where relkind in ('r', 'p', 'm') and ${ours} order by 1`,
  );
  for (const { name, rls, key, partitions } of relations.rows) {
    tables.set(name, {
      name,
      columns: [],
      constraints: new Map(),
      indexes: [],
      policies: new Map(),
      rowSecurity: rls,
      partitionedBy: key,
      partitions,
    });
  }
  const columns = await client.query<Column & { table: string }>(
    `select relname as table, attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable,
       pg_get_expr(adbin, adrelid) as default
     from pg_class c join pg_attribute a on attrelid = c.oid left join pg_attrdef on adrelid = c.oid and adnum = attnum
     where attnum > 0 and not attisdropped and relkind in ('r', 'p', 'm') and ${ours} order by relname, attnum`,
  );
  for (const { table, ...column } of columns.rows) tables.get(table)?.columns.push(column);
  for (const { table = '', name = '', definition = '' } of await rows(
    `select relname as table, conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = conrelid
     where contype in ('c', 'u', 'f', 'p') and ${ours} order by relname, contype desc, conname`,
  )) {
    tables.get(table)?.constraints.set(name, definition);
  }
  for (const { table = '', definition = '' } of await rows(
    `select c.relname as table, pg_get_indexdef(indexrelid) as definition
     from pg_index i join pg_class c on c.oid = indrelid where ${ours.replaceAll('rel', 'c.rel')} order by 1, 2`,
  )) {
    tables.get(table)?.indexes.push(shortIndex(definition));
  }
  for (const { table = '', name = '', command = '' } of await rows(
    `select tablename as table, policyname as name, lower(cmd) as command from pg_policies
     where schemaname = 'public' order by 1, 2`,
  )) {
    tables.get(table)?.policies.set(name, command);
  }
  const views = await rows(`select matviewname as name, definition from pg_matviews where schemaname = 'public'`);
  const functions = await rows(
    `select proname || '(' || pg_get_function_identity_arguments(oid) || ')' as name from pg_proc
     where pronamespace = 'public'::regnamespace order by 1`,
  );
  const triggers = await rows(
    `select relname || '.' || tgname as name from pg_trigger join pg_class c on c.oid = tgrelid
     where not tgisinternal and ${ours} order by 1`,
  );
  return {
    tables,
    views: new Map(views.map(({ name = '', definition = '' }) => [name, definition])),
    functions: functions.map(({ name = '' }) => name),
    triggers: triggers.map(({ name = '' }) => name),
  };
}

function shortIndex(definition: string): string {
  const match = /^CREATE (UNIQUE )?INDEX .* USING (\w+) (\(.*?\))(?: WHERE (.*))?$/.exec(definition);
  if (!match) return definition;
  const [, unique, method, columns, where] = match;
  return `${unique ? 'unique ' : ''}${method} ${columns}${where ? ` where ${where}` : ''}`;
}
