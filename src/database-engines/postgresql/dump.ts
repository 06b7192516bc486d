import type { DumpTool, DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { leaveViews } from './fill-views.ts';
import { measureCopies } from './measure-copies.ts';
import { measureRows } from './measure-rows.ts';
import { survey } from './survey.ts';
import { beside, dropDatabase, ownPath, quoted } from './sql.ts';
import { afterDump, beforeDump } from './surroundings.ts';
import { takePlace } from './take-place.ts';

/** A restore fills this one, which then takes the place of the database. */
const restoring = 'shipmate_restoring';
const replaced = 'shipmate_replaced';

/**
 * What a database or a role may have set otherwise, and what the text of a value depends on: a dump and the dump of what
 * was restored from it are compared byte by byte. pg_dump itself sets the others.
 */
const textSettings = ['timezone=UTC', 'bytea_output=hex', 'lc_monetary=C'];
/** The load counts only once it has taken the database's place, which is written to disk with everything before. */
const loadSettings = ['synchronous_commit=off', 'default_transaction_read_only=off', ownPath];

function run(program: string, login: DatabaseLogin, database: string, ...more: string[]): ToolRun {
  const { host, user, password } = login;
  const command = [program, `--host=${host}`, `--username=${user}`, `--dbname=${database}`, '--no-password', ...more];
  return { command, env: { PGPASSWORD: password, PGCONNECT_TIMEOUT: '20' }, files: {} };
}

function psql(login: DatabaseLogin, ...steps: string[]): ToolRun {
  const options = ['--no-psqlrc', '--quiet', '--output=/dev/null', '--set=ON_ERROR_STOP=1'];
  return run('psql', login, beside(login.database), ...options, ...steps);
}

/** Each statement is its own transaction, as `create database` requires. */
function statements(...sql: string[]): string[] {
  return sql.map((one) => `--command=${one}`);
}

/** Each argument until `--` is a query before the dump; the next one prints arguments of pg_dump; the others come after it. */
const dumping = `
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command='set ${ownPath}' --command="$1" || exit; }
while [ "$1" != -- ]; do ask "$1"; shift; done; shift
left=$(ask "$1") || exit; shift; IFS='
'
set -f; pg_dump --format=plain --encoding=UTF8 $left || exit
for query; do ask "$query"; done
`;

function dump({ database, host, password, user }: DatabaseLogin): ToolRun {
  const command = ['sh', '-c', dumping, 'sh', ...beforeDump, '--', leaveViews, ...afterDump];
  const env = { PGHOST: host, PGUSER: user, PGDATABASE: database, PGPASSWORD: password, PGCONNECT_TIMEOUT: '20' };
  return withSettings({ command, env, files: {} }, textSettings);
}

function withSettings(tool: ToolRun, settings: string[]): ToolRun {
  return { ...tool, env: { ...tool.env, PGOPTIONS: settings.map((setting) => `-c ${setting}`).join(' ') } };
}

/**
 * Plain text without compression: what did not change is found again by the store, which compresses itself. Owners and
 * grants decide who sees which rows, so they come along, and with them the roles that they name.
 * @see https://www.postgresql.org/docs/current/app-pgdump.html
 */
export const dumpTool: DumpTool = {
  text: true,
  dump,
  survey,
  restore(login) {
    const name = quoted(login.database);
    return {
      atomic: true,
      before: [],
      // In one program with what goes before, since each needs a container of its own. Not in one transaction, which
      // would lock each table until the end, and a server has room for a few thousand locks.
      load: withSettings(
        psql(
          login,
          ...statements(
            `alter database ${name} allow_connections true`,
            ...dropDatabase(restoring),
            ...dropDatabase(replaced),
            `create database ${restoring} template template0 encoding 'UTF8'`,
            `\\connect ${restoring}`,
          ),
          `--set=restoring=${restoring}`,
          `--set=beside=${beside(login.database)}`,
          '--file=-',
        ),
        loadSettings,
      ),
      closing: takePlace({ database: login.database, restoring, replaced }),
      after: [],
      tidy: [psql(login, ...statements(...dropDatabase(replaced)))],
      mend: [psql(login, ...statements(`alter database ${name} allow_connections true`, ...dropDatabase(restoring)))],
    };
  },
  measure: measureCopies,
  count: { run: dump, measure: measureCopies, inAnyOrder: measureRows },
};
