import type { DatabaseLogin, DumpTool, ToolRun } from '../dump-tool.ts';
import { optionFile, quoted, run } from './client.ts';
import { execute, largestPacket, load } from './load.ts';
import { withDefiners } from './definers.ts';
import { measureInserts } from './measure-inserts.ts';
import { endRehearsal, rehearsalOf } from './rehearsal.ts';
import { setBack } from './sequences.ts';
import { byTransaction, findBroken, survey } from './survey.ts';

const definersFile = '/shipmate-definers.sql';
const sequencesFile = '/shipmate-sequences.sql';

/**
 * First what belongs to the database itself: the program only writes what is in it. Accounts are before the settings, as
 * what they may do is not compared. A view that no longer works would end the dump, so it is left out, and named; so are
 * all histories where one table tells its own by transactions. Any other error ends the dump. What the program cannot set
 * back comes after it.
 */
const dumping = `${findBroken}
database=$1; shift
dump=$(first mariadb-dump mysqldump) || exit
ask() { sql --database="$database" --raw --execute="$1"; }
found=$(broken "$database") || exit
while IFS= read -r view; do
  [ -z "$view" ] || set -- "--ignore-table=$database.$view" "$@"
done <<END
$found
END
[ -n "$(ask "${byTransaction}")" ] || set -- --loose-dump-history "$@"
ask "$(cat ${definersFile})" || exit
echo '-- Settings of the database'
ask "select concat('alter database character set ', default_character_set_name,
  ' collate ', default_collation_name, ';') from information_schema.schemata where schema_name = database()" || exit
"$dump" --defaults-extra-file=${optionFile} "$@" "$database" || exit
questions=$(ask "$(cat ${sequencesFile})") || exit
behind=$(printf '%s\\n' "$questions" | sql --database="$database" --raw) || exit
[ -z "$behind" ] || printf '%s\\n' '-- Sequences that were set back' "$behind"
`;

const stopEvents = `
[ "$(sql --execute='select @@global.event_scheduler')" != ON ] || sql --execute='set global event_scheduler = off'
`;

function dump(login: DatabaseLogin): ToolRun {
  const tool = run(
    dumping,
    login,
    login.database,
    '--single-transaction',
    '--quick',
    '--routines',
    '--events',
    '--triggers',
    '--hex-blob',
    '--no-tablespaces',
    '--skip-dump-date',
    // A column's default may come from a sequence, which a lock of the table does not cover.
    '--skip-add-locks',
    `--max-allowed-packet=${largestPacket}`,
    '--default-character-set=utf8mb4',
    '--loose-set-gtid-purged=OFF',
    '--loose-column-statistics=0',
  );
  return { ...tool, files: { ...tool.files, [definersFile]: withDefiners, [sequencesFile]: setBack } };
}

/**
 * What the programs of MySQL and MariaDB share; `loose` options are left out by the one that has no such option.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html
 */
export const dumpTool: DumpTool = {
  text: true,
  dump,
  survey,
  restore(login) {
    const name = quoted(login.database);
    return {
      atomic: false,
      // Databases cannot be renamed, and tables with triggers cannot be moved: the load is tried out instead.
      rehearsal: rehearsalOf(login),
      before: [execute(login, `drop database if exists ${name}; create database ${name}`)],
      load: load(login),
      after: [],
      mend: [endRehearsal(login)],
    };
  },
  // Those of the backup, which MySQL 8 and later run unless told otherwise.
  still: (login) => run(stopEvents, login),
  measure: measureInserts,
  count: { run: dump, measure: measureInserts },
};
