import type { DumpTool, DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { run } from './client.ts';
import { measureRdb } from './measure-rdb.ts';
import { survey } from './survey.ts';

function dump(login: DatabaseLogin): ToolRun {
  return run(login, '--rdb', '-');
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
export const dumpTool: DumpTool = {
  dump,
  survey,
  seedFiles: ['appendonly.aof', 'dump.rdb'],
  surplus(tail) {
    const mark = tail.subarray(-markBytes);
    const marked = mark.length === markBytes && /^[0-9a-f]+$/.test(mark.toString('latin1'));
    return marked && tail.at(-markBytes - endBytes) === endOpcode ? markBytes : 0;
  },
  measure: measureRdb,
  count: { run: dump, measure: measureRdb },
};
