import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { ownPath } from './sql.ts';

/** Names to tell of each kind. */
const shown = 5;

/** What of the server a dump does not have: a label, and a query of names. */
const kinds: [label: string, names: string][] = [
  [
    'other databases of the server',
    `select datname from pg_database where not datistemplate and datname not in (current_database(), 'postgres')
       and datname !~ '^shipmate_(restoring|replaced)$'`,
  ],
  [
    'passwords of roles',
    `select rolname from pg_authid where rolcanlogin and rolpassword is not null and not rolsuper
       and oid <> (select datdba from pg_database where datname = current_database())`,
  ],
  ['other superusers', `select rolname from pg_roles where rolsuper and rolname <> current_user`],
  ['tablespaces', `select spcname from pg_tablespace where spcname !~ '^pg_'`],
  ['prepared transactions', 'select gid from pg_prepared_xacts where database = current_database()'],
  [
    'settings of alter system',
    `select distinct name from pg_file_settings where sourcefile ~ 'postgresql[.]auto[.]conf$'`,
  ],
  ['replication slots', 'select slot_name from pg_replication_slots where not temporary'],
  // They refuse a database of another name, or have to be told of a load.
  [
    'extensions that only a snapshot brings back',
    `select extname from pg_extension where extname in ('pg_cron', 'timescaledb', 'citus')`,
  ],
  [
    'materialized views that stay empty while the server they read cannot be reached',
    `with recursive reads (view, relation) as (select oid, oid from pg_class where relkind = 'm' union
       select view, refobjid from reads join pg_rewrite r on ev_class = relation join pg_depend d
         on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and refclassid = 'pg_class'::regclass)
     select distinct view::regclass::text from reads join pg_class c on c.oid = relation where relkind = 'f'`,
  ],
  ['rows of foreign tables', `select c.oid::regclass::text from pg_class c where relkind = 'f'`],
  [
    'subscriptions, which come back disabled',
    `select subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())`,
  ],
];

const surveyed = kinds
  .map(
    ([label, names]) => `select '${label}', count(*), string_agg(name, ', ' order by name) filter (where at <= ${shown})
  from (select name::text, row_number() over (order by name) as at from (${names}) as found (name)) as numbered
  having count(*) > 0`,
  )
  .join('\nunion all\n');

export function survey({ database, host, password, user }: DatabaseLogin): ToolRun {
  const options = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--field-separator=\t'];
  return {
    command: ['psql', ...options, '--set=ON_ERROR_STOP=1', `--command=set ${ownPath}`, `--command=${surveyed}`],
    env: { PGHOST: host, PGUSER: user, PGDATABASE: database, PGPASSWORD: password, PGCONNECT_TIMEOUT: '20' },
    files: {},
  };
}
