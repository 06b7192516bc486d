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

/** Settings whose values are lists, which PostgreSQL keeps quoted. @see variable_is_guc_list_quote in its source */
export const listSettings = ['local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces']
  .map(literal)
  .join(', ');
