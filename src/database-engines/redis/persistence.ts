import type { Preparation } from '../preparation.ts';
import type { Settings } from '../settings.ts';
import { run } from './client.ts';

/** $1: `yes` or `no`; the rest asks the server. A rewrite also waits for a save that is under way. */
const preparing = `
wanted=$1; shift
has() { line=$1; shift; "$@" info persistence | tr -d '\\r' | grep -qx "$line"; }
await() { awaited=$1; shift; until has "$awaited" "$@"; do "$@" info server >/dev/null || exit; sleep 1; done; }
await loading:0 "$@"
[ "$("$@" config get appendonly | tail -n 1)" != "$wanted" ] || exit 0
if [ "$wanted" = yes ]; then
  "$@" config set appendonly yes >/dev/null || exit
  await aof_rewrite_in_progress:0 "$@"
  await aof_rewrite_scheduled:0 "$@"
  has aof_enabled:1 "$@" && has aof_last_bgrewrite_status:ok "$@" && exit
  "$@" config set appendonly no >/dev/null
  echo 'the append-only file could not be written' >&2
else
  "$@" bgsave schedule >/dev/null || exit
  await rdb_bgsave_in_progress:0 "$@"
  has rdb_last_bgsave_status:ok "$@" && exit
  echo 'the snapshot could not be written' >&2
fi
exit 1
`;

function isAppended(settings: Settings): boolean {
  return settings['appendonly'] !== false;
}

/**
 * A server that starts with its append-only file on reads that file only: with none it starts empty, whatever its snapshot
 * has, and one of an earlier time is as bad. So the server that runs writes the file first, or the snapshot it will need.
 * @see https://github.com/redis/redis/issues/12762
 */
export const preparation: Preparation = {
  obstacle(before, after) {
    if (isAppended(before) === isAppended(after)) return undefined;
    const why = 'Redis has to rewrite its data before `appendonly` changes, or it would start without them';
    return { why, setting: `appendonly=${isAppended(before)}` };
  },
  prepare({ administrator, account, settings }, host) {
    const login = { host, ...administrator, database: account.database };
    const tool = run(login, '-e');
    const wanted = isAppended(settings) ? 'yes' : 'no';
    return { ...tool, command: ['sh', '-c', preparing, 'sh', wanted, ...tool.command] };
  },
};
