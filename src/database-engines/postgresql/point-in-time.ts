import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { literal, ownPath } from './sql.ts';
import type { LogState, PointInTime } from '../point-in-time.ts';

const slot = 'shipmate_pitr';
/** Fetched at once, bytes; it lies in a container until it is stored. */
const mostAtOnce = 256 * 1024 ** 2;
/** As long as the store is away, the server keeps at most so much for it. */
const mostKept = '4GB';
const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

function environment({ database, host, password, user }: DatabaseLogin): Record<string, string> {
  return { PGHOST: host, PGUSER: user, PGDATABASE: database, PGPASSWORD: password, PGCONNECT_TIMEOUT: '20' };
}

function psql(login: DatabaseLogin, ...sql: string[]): ToolRun {
  const options = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--no-password', '--set=ON_ERROR_STOP=1'];
  return {
    command: ['psql', ...options, ...sql.map((one) => `--command=${one}`)],
    env: {
      ...environment(login),
      PGOPTIONS: `-c default_transaction_read_only=off -c synchronous_commit=local -c ${ownPath}`,
    },
    files: {},
  };
}

/** @throws {Error} for anything that is no position. */
function position(text: string): bigint {
  const [, high = '', low = ''] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/.exec(text) ?? [];
  if (low === '') throw new Error(`${JSON.stringify(text)} is no position in a write-ahead log`);
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function lsn(text: string | undefined): string {
  if (text === undefined) return 'null::pg_lsn';
  position(text);
  return `'${text}'::pg_lsn`;
}

type PrintedState = Omit<LogState, 'kept' | 'now' | 'order' | 'timeline'> & { tablespaces: string | null };

/** Settings of a server whose log is archived. The image lets nobody replicate from another container. */
export const archivedServer = {
  args: ['-c', 'hba_file=/run/secrets/hba', '-c', `max_slot_wal_keep_size=${mostKept}`],
  secretFiles: {
    hba: [
      'local all all trust',
      'host all all 127.0.0.1/32 trust',
      'host all all ::1/128 trust',
      'host replication all all scram-sha-256',
      'host all all all scram-sha-256',
      '',
    ].join('\n'),
  },
};

/**
 * `pg_receivewal` begins with the piece that it finds unfinished; of a slot it would confirm what is not yet stored. A
 * server that recovers is another user. What was fetched before in this container is in the store.
 */
const receiving = `
rm -rf /tmp/wal && mkdir /tmp/wal && cd /tmp/wal && : > "$1.partial" || exit
pg_receivewal --directory=. --no-loop --no-password --endpos="$2" || exit
for piece in *.partial; do [ ! -e "$piece" ] || mv "$piece" "\${piece%.partial}" || exit; done
chmod 644 * || exit
exec tar -cf - .
`;

/**
 * The image's own programs. A slot has the server keep what is not archived; it moves on only to what the store has.
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html
 */
export const pointInTime: PointInTime = {
  state(login, positions) {
    const of = `from pg_replication_slots where slot_name = '${slot}'`;
    const keepFrom = lsn(positions?.keepFrom);
    return psql(
      login,
      `select coalesce((select wal_status ${of}), 'none'), to_char(now() at time zone 'utc', '${iso}')`,
      `do $$ begin
         if exists (select ${of} and wal_status = 'lost') then perform pg_drop_replication_slot('${slot}'); end if;
         if not exists (select ${of}) then perform pg_create_physical_replication_slot('${slot}', true); end if;
         if exists (select ${of} and restart_lsn < ${keepFrom}) then
           perform pg_replication_slot_advance('${slot}', least(${keepFrom}, pg_current_wal_flush_lsn())); end if;
       end $$`,
      // Transactions until `now` end before the one that this writes, so that a recovery to then finds its end.
      `select pg_logical_emit_message(true, 'shipmate', '')
         where pg_current_snapshot()::text is distinct from ${literal(positions?.seen ?? '')}`,
      `select json_build_object('system', system_identifier::text, 'end', upto, 'more', upto < flushed,
         'seen', pg_current_snapshot()::text, 'behind', flushed - archived, 'tablespaces', (select
           string_agg(spcname, ', ' order by spcname) from pg_tablespace where spcname not in ('pg_default', 'pg_global')),
         'range', json_build_object('first', pg_walfile_name(archived), 'last', upto - 1))
       from pg_control_system(), (select *, least(flushed, archived + ${mostAtOnce}) as upto
         from (select pg_current_wal_flush_lsn() as flushed,
                 coalesce(${lsn(positions?.archived)}, pg_current_wal_flush_lsn()) as archived) as positions) as positions`,
    );
  },
  readState(printed) {
    const [first = '', ...lines] = printed.trim().split('\n');
    const [kept = '', now = ''] = first.split('|');
    const { tablespaces, ...state } = JSON.parse(lines.at(-1) ?? '{}') as PrintedState;
    return {
      ...state,
      now,
      kept: kept !== 'none' && kept !== 'lost',
      // The name of a piece begins with it.
      timeline: state.range.first.slice(0, 8),
      order: position(state.end).toString(16).padStart(16, '0'),
      ...(lines.length > 1 && { mark: lines[0] }),
      ...(tablespaces !== null && {
        obstacle: `It has tablespaces (${tablespaces}), whose files no other server has a place for.`,
      }),
    };
  },
  isBefore: (one, other) => position(one) < position(other),
  fetch: (login, { first, last }) => ({
    command: ['sh', '-c', receiving, 'sh', first, last],
    env: environment(login),
    files: {},
  }),
  base: (login) => ({
    command: [
      'pg_basebackup',
      '--pgdata=-',
      '--format=tar',
      // It is archived, and need not lie on the server until the copy is done.
      '--wal-method=none',
      '--checkpoint=fast',
      '--no-password',
    ],
    env: environment(login),
    files: {},
  }),
  forget: (login) =>
    psql(
      login,
      `select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${slot}' and not active`,
    ),
  recovery(dataPath, at) {
    const settings = {
      restore_command: `cp ${dataPath}/%f %p`,
      recovery_target_action: 'promote',
      recovery_target_timeline: 'current',
      // A server's parameter takes no `Z`.
      ...(at && { recovery_target_time: at.toISOString().replace('T', ' ').replace('Z', '+00') }),
      // Nobody is let in before it has recovered.
      hot_standby: 'off',
    };
    return {
      args: Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      env: { PGDATA: dataPath },
      signal: 'recovery.signal',
    };
  },
  replayed: (login) => psql(login, 'select pg_last_wal_replay_lsn()'),
  isRemoved: (message) => /requested WAL segment \w+ has already been removed/.test(message),
  endedBefore: (message) => message.includes('recovery ended before configured recovery target was reached'),
};
