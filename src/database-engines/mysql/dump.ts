import type { DumpTool, DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { measureInserts } from './measure-inserts.ts';

const optionFile = '/shipmate-client.cnf';

/** Images of MySQL and of MariaDB name the same programs differently: the first name that is there is run. */
function run(programs: string[], login: DatabaseLogin, ...more: string[]): ToolRun {
  const script = `for name in ${programs.join(' ')}; do command -v "$name" >/dev/null && exec "$name" "$@"; done; exit 127`;
  const { host, password } = login;
  return {
    command: ['sh', '-c', script, 'sh', `--defaults-extra-file=${optionFile}`, `--host=${host}`, ...more],
    env: {},
    // As root, who has the same password: others do not see routines and events, or may not write them.
    files: { [optionFile]: `[client]\nuser=root\npassword="${password}"\nprotocol=tcp\n` },
  };
}

const client = ['mariadb', 'mysql'];

function dump(login: DatabaseLogin): ToolRun {
  return run(
    ['mariadb-dump', 'mysqldump'],
    login,
    '--single-transaction',
    '--quick',
    '--routines',
    '--events',
    '--triggers',
    '--hex-blob',
    '--no-tablespaces',
    '--skip-dump-date',
    '--skip-comments',
    '--default-character-set=utf8mb4',
    '--loose-set-gtid-purged=OFF',
    '--loose-column-statistics=0',
    login.database,
  );
}

/**
 * What the programs of MySQL and MariaDB share; `loose` options are left out by the one that has no such option.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html
 */
export const dumpTool: DumpTool = {
  dump,
  restore(login) {
    const name = `\`${login.database.replaceAll('`', '``')}\``;
    return {
      atomic: false,
      before: [run(client, login, `--execute=drop database if exists ${name}; create database ${name}`)],
      load: run(client, login, '--default-character-set=utf8mb4', '--binary-mode', `--database=${login.database}`),
      after: [],
      mend: [],
    };
  },
  measure: measureInserts,
  count: { run: dump, measure: measureInserts },
};
