const identifier = "replace(table_name, '`', '``')";
const isBehind =
  'case when increment < 0 then next_not_cached_value > start_value else next_not_cached_value < start_value end';

/**
 * Prints a query for each sequence of MariaDB, whose answer sets it back. A dump places sequences with `setval`, which
 * only moves them on: one that was restarted before its start would be at its start again.
 * @see https://mariadb.com/kb/en/setval/
 */
export const setBack = `select concat('select concat(', quote(concat('alter sequence \`', ${identifier}, '\` restart ')),
    ', next_not_cached_value, '';'') from \`', ${identifier}, '\` where ${isBehind};')
  from information_schema.tables where table_schema = database() and table_type = 'SEQUENCE' order by table_name`;
