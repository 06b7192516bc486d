/** OIDs below belong to what every server has. @see FirstNormalObjectId in PostgreSQL's access/transam.h */
export const firstOwnOid = 16_384;
/** A name as an SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A database that is there and is not restored. */
export function beside(database: string): string {
  return database === 'postgres' ? 'template1' : 'postgres';
}

/** An application's account makes functions and operators in its database: none of them is for an administrator to run. */
export const ownPath = 'search_path=pg_catalog';

/** Drops a database, even one that others are made from. */
export function dropDatabase(name: string): string[] {
  return [
    `do $shipmate$ begin if exists (select from pg_database where datname = ${literal(name)} and datistemplate) then
       alter database ${quoted(name)} is_template false; end if; end $shipmate$`,
    `drop database if exists ${quoted(name)} with (force)`,
  ];
}

/** Settings whose values are lists, which PostgreSQL keeps quoted. @see variable_is_guc_list_quote in its source */
export const listSettings = ['local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces']
  .map(literal)
  .join(', ');

/** SQL for the value of such a list, as `set` takes it: an empty name is kept as `""`, which it does not take. */
export function listOf(value: string): string {
  return `regexp_replace(${value}, '(^|, )""(?=, |$)', '\\1''''', 'g')`;
}

/** Statements that no event trigger of the database sees or refuses. */
export function unseen(...statements: string[]): string {
  return ['set session_replication_role = replica;', ...statements, 'reset session_replication_role;'].join('\n');
}
