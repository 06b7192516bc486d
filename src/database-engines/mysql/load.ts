import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { run } from './client.ts';

/** Most that MySQL and MariaDB take, bytes. Binary columns are dumped as hexadecimal numbers, which are twice as long. */
export const largestPacket = 1_073_741_824;

/**
 * What a server has was let in when it had other settings: tables that strict mode refuses today, and rows of before a
 * check. MySQL takes the second for a comment.
 */
const lenient = 'set session innodb_strict_mode = 0 /*M!100201 , session check_constraint_checks = 0 */';

/** Defines `fill`, which loads a dump. The server takes packets of any size meanwhile, and then of its own again. */
export const withLargePackets = `
packet=$(sql --execute='select @@global.max_allowed_packet') || exit
sql --execute='set global max_allowed_packet = ${largestPacket}' || exit
trap 'sql --execute="set global max_allowed_packet = $packet"' EXIT
fill() {
  sql --max-allowed-packet=${largestPacket} --binary-mode --init-command='${lenient}' --database="$1"
}
`;

export function load(login: DatabaseLogin): ToolRun {
  return run(`${withLargePackets}fill "$1"\n`, login, login.database);
}

export function execute(login: DatabaseLogin, statements: string): ToolRun {
  return run('sql --execute="$1"', login, statements);
}
