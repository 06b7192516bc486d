import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import type { LogState, PointInTime } from '../point-in-time.ts';

const slot = 'shipmate_pitr';
/** Fetched at once, bytes; it lies in a container until it is stored. */
const mostAtOnce = 1024 ** 3;
/** As long as the store is away, the server keeps at most so much for it. */
const mostKept = '4GB';

function environment({ database, host, password, user }: DatabaseLogin): Record<string, string> {
  return { PGHOST: host, PGUSER: user, PGDATABASE: database, PGPASSWORD: password, PGCONNECT_TIMEOUT: '20' };
}

function psql(login: DatabaseLogin, ...sql: string[]): ToolRun {
  const options = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--no-password', '--set=ON_ERROR_STOP=1'];
  return {
    command: ['psql', ...options, ...sql.map((one) => `--command=${one}`)],
    env: environment(login),
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

/** `pg_receivewal` begins with the piece that it finds unfinished; of a slot it would confirm what is not yet stored. */
const receiving = `
mkdir /tmp/wal && cd /tmp/wal && : > "$1.partial" || exit
pg_receivewal --directory=. --no-loop --no-password --endpos="$2" || exit
for piece in *.partial; do [ ! -e "$piece" ] || mv "$piece" "\${piece%.partial}" || exit; done
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
      `select coalesce((select wal_status ${of}), 'none')`,
      `do $$ begin
         if exists (select ${of} and wal_status = 'lost') then perform pg_drop_replication_slot('${slot}'); end if;
         if not exists (select ${of}) then perform pg_create_physical_replication_slot('${slot}', true); end if;
         if exists (select ${of} and restart_lsn < ${keepFrom}) then
           perform pg_replication_slot_advance('${slot}', least(${keepFrom}, pg_current_wal_flush_lsn())); end if;
       end $$`,
      `select json_build_object('system', system_identifier::text, 'end', upto, 'more', upto < flushed,
         'now', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'behind', flushed - archived,
         'range', json_build_object('first', pg_walfile_name(archived), 'last', upto - 1))
       from pg_control_system(), (select *, least(flushed, archived + ${mostAtOnce}) as upto
         from (select pg_current_wal_flush_lsn() as flushed,
                 coalesce(${lsn(positions?.archived)}, pg_current_wal_flush_lsn()) as archived) as positions) as positions`,
    );
  },
  readState(printed) {
    const [kept, json = '{}'] = printed.trim().split('\n');
    return { ...(JSON.parse(json) as Omit<LogState, 'kept'>), kept: kept !== 'none' && kept !== 'lost' };
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
      '--wal-method=fetch',
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
  endedBefore: (message) => message.includes('recovery ended before configured recovery target was reached'),
};
