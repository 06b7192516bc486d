import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { run } from './client.ts';

/** Names to tell of each kind. */
const shown = 5;
const own = 'table_schema = database()';
const systemAccounts = `'root', 'mysql', 'mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema', 'healthcheck', 'PUBLIC', ''`;

/**
 * Defines `broken`, which prints the views of a database that do not work: what they read from is gone (error 1356), which
 * the dump program ends at, or their account (1449), without which no view on them can be made. Nothing but asking tells
 * them.
 */
export const findBroken = `
broken() {
  views=$(sql --database="$1" --raw --execute="select table_name from information_schema.views
    where table_schema = database() order by table_name") || return
  lines=$(sql --database="$1" --raw --execute="select concat('prepare shipmate from ',
        quote(concat('select * from \\\`', replace(table_name, '\\\`', '\\\`\\\`'), '\\\`')), ';')
      from information_schema.views where table_schema = database() order by table_name" |
    sql --database="$1" --force 2>&1 >/dev/null | sed -n 's/^ERROR \\(1356\\|1449\\) .* at line \\([0-9]*\\): .*/\\2p;/p')
  printf '%s\\n' "$views" | sed -n "$lines"
}
`;

/** Asks for system-versioned tables whose history is told by transactions: the dump program writes none then. */
export const byTransaction = `select distinct table_name from information_schema.columns
  where ${own} and data_type = 'bigint' and generation_expression = 'ROW START'`;

/** What of the server a dump does not have: a label, and a query of names. */
function kinds(account: string): [label: string, names: string][] {
  return [
    [
      'other databases of the server',
      `select schema_name from information_schema.schemata where schema_name not in (database(), 'mysql', 'sys',
         'information_schema', 'performance_schema', 'shipmate_rehearsal')`,
    ],
    [
      'accounts, of which those that views and routines name come back locked',
      `select concat(user, '@', host) from mysql.user where user not in (${systemAccounts}, '${account}')`,
    ],
    [
      'tables that are not of one moment with the others',
      `select table_name from information_schema.tables
         where ${own} and table_type = 'BASE TABLE' and engine not in ('InnoDB', 'MEMORY', 'BLACKHOLE')`,
    ],
    ['tables versioned by transactions, for which no history of any table is kept', byTransaction],
    [
      'columns whose digits beyond the sixth are rounded',
      `select concat(table_name, '.', column_name) from information_schema.columns
         where ${own} and data_type = 'float' and table_name in (select table_name from information_schema.tables
           where ${own} and table_type = 'BASE TABLE')`,
    ],
  ];
}

/** Without window functions, which MySQL 5.7 does not have. */
function summary([label, names]: [label: string, names: string]): string {
  return `select '${label}', count(*), substring_index(group_concat(name order by name separator ', '), ', ', ${shown})
    from (select '' as name from dual where 1 = 0 union all ${names}) as found having count(*) > 0;`;
}

/** Names with a comma in them count as two. */
const surveying = `${findBroken}
found=$(broken "$1") || exit
[ -z "$found" ] || printf 'views that no longer work\\t%s\\t%s\\n' "$(printf '%s\\n' "$found" | wc -l)" \\
  "$(printf '%s\\n' "$found" | head -n ${shown} | sed -e ':a' -e '$!N' -e 's/\\n/, /' -e 'ta')"
sql --database="$1" --execute="$2"
`;

export function survey(login: DatabaseLogin, { user }: { user: string }): ToolRun {
  const statements = ['set session group_concat_max_len = 65536;', ...kinds(user).map(summary)].join('\n');
  return run(surveying, login, login.database, statements);
}
