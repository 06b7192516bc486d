import type { DatabaseLogin, DumpTool, ToolRun } from '../dump-tool.ts';
import { optionFile, quoted, run } from './client.ts';
import { withDefiners } from './definers.ts';
import { measureInserts } from './measure-inserts.ts';
import { setBack } from './sequences.ts';
import { findBroken, survey } from './survey.ts';

/** Most that MySQL and MariaDB take, bytes. Binary columns are dumped as hexadecimal numbers, which are twice as long. */
const largestPacket = 1_073_741_824;
const definersFile = '/shipmate-definers.sql';
const sequencesFile = '/shipmate-sequences.sql';
/** A dump is loaded into this one before the database itself is given up. */
const rehearsed = 'shipmate_rehearsal';

/**
 * First what belongs to the database itself: the program only writes what is in it. Accounts are before the settings, as
 * what they may do is not compared. A view that no longer works would end the dump, so it is left out, and said to be;
 * any other error does end it. What the program cannot set back comes after it.
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
ask "$(cat ${definersFile})" || exit
echo '-- Settings of the database'
ask "select concat('alter database character set ', default_character_set_name,
  ' collate ', default_collation_name, ';') from information_schema.schemata where schema_name = database()" || exit
"$dump" --defaults-extra-file=${optionFile} "$@" "$database" || exit
questions=$(ask "$(cat ${sequencesFile})") || exit
behind=$(printf '%s\\n' "$questions" | sql --database="$database" --raw) || exit
[ -z "$behind" ] || printf '%s\\n' '-- Sequences that were set back' "$behind"
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
    '--loose-dump-history',
    '--loose-set-gtid-purged=OFF',
    '--loose-column-statistics=0',
  );
  return { ...tool, files: { ...tool.files, [definersFile]: withDefiners, [sequencesFile]: setBack } };
}

/** The server takes packets of any size meanwhile, and then of its own again. */
const withLargePackets = `
packet=$(sql --execute='select @@global.max_allowed_packet') || exit
sql --execute='set global max_allowed_packet = ${largestPacket}' || exit
trap 'sql --execute="set global max_allowed_packet = $packet"' EXIT
fill() { sql --max-allowed-packet=${largestPacket} --binary-mode --database="$1"; }
`;

const loading = `${withLargePackets}
fill "$1"
`;

/**
 * Around routines and triggers that were made under another collation, a dump changes that of the database it is of, by
 * its name. How `sed` ended is asked, since an input that breaks off looks like one that ends.
 */
const rehearsing = `${withLargePackets}
{ LC_ALL=C sed 's/^ALTER DATABASE \`.*\` CHARACTER SET/ALTER DATABASE CHARACTER SET/'; echo $? >/shipmate-sed; } |
  fill "$1" || exit
exit "$(cat /shipmate-sed)"
`;

function execute(login: DatabaseLogin, statements: string): ToolRun {
  return run('sql --execute="$1"', login, statements);
}

/**
 * What the programs of MySQL and MariaDB share; `loose` options are left out by the one that has no such option.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html
 */
export const dumpTool: DumpTool = {
  dump,
  survey,
  restore(login) {
    const name = quoted(login.database);
    return {
      atomic: false,
      // Databases cannot be renamed, and tables with triggers cannot be moved: the load is tried out instead.
      rehearsal: {
        before: [execute(login, `drop database if exists ${rehearsed}; create database ${rehearsed}`)],
        load: run(rehearsing, login, rehearsed),
        after: [execute(login, `drop database if exists ${rehearsed}`)],
      },
      before: [execute(login, `drop database if exists ${name}; create database ${name}`)],
      load: run(loading, login, login.database),
      after: [],
      mend: [execute(login, `drop database if exists ${rehearsed}`)],
    };
  },
  measure: measureInserts,
  count: { run: dump, measure: measureInserts },
};
