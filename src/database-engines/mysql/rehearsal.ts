import type { DatabaseLogin, Rehearsal, ToolRun } from '../dump-tool.ts';
import { quoted, run } from './client.ts';
import { execute, withLargePackets } from './load.ts';

/** A dump is loaded into this one before the database itself is given up. */
const rehearsed = 'shipmate_rehearsal';

/** How `sed` ended is asked, since an input that breaks off looks like one that ends. */
const rehearsing = `${withLargePackets}
{ LC_ALL=C sed "$2"; echo $? >/shipmate-sed; } | fill "$1" || exit
exit "$(cat /shipmate-sed)"
`;

/** Rights on a database outlive it. They name accounts with quotes as they are, and roles with an empty host. */
const ending = `
sql --execute='drop database if exists ${rehearsed}' || exit
rights=$(sql --raw --execute="select concat('revoke all on ${rehearsed}.* from ''',
    replace(substring(grantee, 2, char_length(grantee) - char_length(host) - 4), '''', ''''''), '''',
    if(host = '''', '', concat('@''', host)), ';')
  from (select distinct grantee, substring_index(grantee, '''@''', -1) as host
    from information_schema.schema_privileges where table_schema = '${rehearsed}') as given") || exit
printf '%s\\n' "$rights" | sql
`;

export function endRehearsal(login: DatabaseLogin): ToolRun {
  return run(ending, login);
}

/**
 * Databases cannot be renamed, and tables with triggers cannot be moved: the load is tried out instead, in a database of
 * another name. A dump names its own in the rights of accounts, without which a view on another view cannot be made; around
 * routines that were made under another collation; where a default comes from a sequence; and in views whose account is
 * gone. Its events would run, too.
 */
export function rehearsalOf(login: DatabaseLogin): Rehearsal {
  const name = quoted(login.database).replaceAll(/[\\/.*[\]^$]/g, String.raw`\$&`);
  const other = quoted(rehearsed);
  const edits = [
    `s/^\\(grant .* on \\)${name}[.]/\\1${other}./`,
    `s/^ALTER DATABASE ${name} CHARACTER SET/ALTER DATABASE CHARACTER SET/`,
    `/^  \`/s/\\(nextval\\|lastval\\)(${name}[.]/\\1(${other}./g`,
    '/^[/][*]!50106 CREATE/s/ \\(ON COMPLETION [NOT ]*PRESERVE\\) ENABLE / \\1 DISABLE /',
    `/^[/][*]!50001 VIEW /s/${name}[.]/${other}./g`,
  ];
  return {
    before: [execute(login, `drop database if exists ${rehearsed}; create database ${rehearsed}`)],
    load: run(rehearsing, login, rehearsed, edits.join('\n')),
    after: [endRehearsal(login)],
  };
}
