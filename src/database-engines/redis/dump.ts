import type { DumpTool, DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { measureRdb } from './measure-rdb.ts';

function run({ host, password }: DatabaseLogin, ...command: string[]): ToolRun {
  return {
    command: ['redis-cli', '-h', host, '--no-auth-warning', ...command],
    env: { REDISCLI_AUTH: password },
    files: {},
  };
}

/** Length of the mark that ends a snapshot which a server streams without writing a file. */
const markBytes = 40;
/** Opcode of the snapshot's end, and its checksum. */
const endBytes = 9;
const endOpcode = 0xff;

/**
 * The snapshot that a replica would get. Redis reads it when it starts, under either name: with the append-only file on
 * it looks for that one only, whose first part may be a snapshot; a Redis of 7 or later moves it into its folder.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export const redisDumpTool: DumpTool = {
  dump: (login) => run(login, '--rdb', '-'),
  seedFiles: ['appendonly.aof', 'dump.rdb'],
  surplus(tail) {
    const mark = tail.subarray(-markBytes);
    const marked = mark.length === markBytes && /^[0-9a-f]+$/.test(mark.toString('latin1'));
    return marked && tail.at(-markBytes - endBytes) === endOpcode ? markBytes : 0;
  },
  measure: measureRdb,
  count: (login) => run(login, 'info', 'keyspace'),
};

/** Keys per numbered database, as `info keyspace` prints them: `db0:keys=3,expires=1,avg_ttl=0`. */
export function keysOf(info: string): Record<string, number> {
  const found = [...info.matchAll(/^(db\d+):keys=(\d+)/gm)];
  return Object.fromEntries(found.map(([, name = '', keys]) => [name, Number(keys)]));
}
