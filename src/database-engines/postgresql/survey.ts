import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';

/** Names to tell of each kind. */
const shown = 5;
/** How long one row of an expression may take, and a program. */
const statementTimeout = '2s';

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

/**
 * A dump is loaded with an empty search_path, where a function that finds another by it fails, and with it the index,
 * column, check or materialized view that uses the function. One row of each is tried, as the application: what is run
 * is its own. Expressions without a function of the database or of an extension cannot fail so.
 */
const unfindable = `
set search_path = '';
set statement_timeout = '${statementTimeout}';
begin read only;
do $shipmate$
declare one record; failed text[] := '{}';
begin
  for one in
    with uses as (select distinct classid, objid from pg_catalog.pg_depend
      where refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and refobjid >= 16384 and deptype = 'n')
    select i.indexrelid::pg_catalog.regclass::text as name, pg_catalog.format('select %s from only %s limit 1',
        pg_catalog.concat_ws(', ', pg_catalog.pg_get_expr(indexprs, indrelid), pg_catalog.pg_get_expr(indpred, indrelid)),
        indrelid::pg_catalog.regclass) as query
      from pg_catalog.pg_index i join uses u on u.objid = i.indexrelid and u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    union all select pg_catalog.format('%s.%I', adrelid::pg_catalog.regclass, attname),
        pg_catalog.format('select %s from only %s limit 1', pg_catalog.pg_get_expr(adbin, adrelid), adrelid::pg_catalog.regclass)
      from pg_catalog.pg_attrdef d join uses u on u.objid = d.oid and u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
        join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where attgenerated <> ''
    union all select pg_catalog.format('%s.%I', conrelid::pg_catalog.regclass, conname),
        pg_catalog.format('select %s from only %s limit 1', pg_catalog.pg_get_expr(conbin, conrelid), conrelid::pg_catalog.regclass)
      from pg_catalog.pg_constraint c join uses u on u.objid = c.oid and u.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
      where contype = 'c' and conrelid <> 0
    union all select ev_class::pg_catalog.regclass::text, pg_catalog.format('select * from (%s) as view limit 1',
        pg_catalog.rtrim(pg_catalog.pg_get_viewdef(ev_class), ';'))
      from pg_catalog.pg_rewrite r join uses u on u.objid = r.oid and u.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        join pg_catalog.pg_class c on c.oid = ev_class where relkind = 'm'
  loop
    begin
      execute one.query;
    exception
      when undefined_function or undefined_table or undefined_column or undefined_object or invalid_schema_name then
        failed := failed || one.name;
      when query_canceled or others then null;
    end;
  end loop;
  perform pg_catalog.set_config('shipmate.failed', pg_catalog.array_to_string(failed, ', '), false);
  perform pg_catalog.set_config('shipmate.count', pg_catalog.cardinality(failed)::text, false);
end $shipmate$;
select 'objects that make a restore fail until alter function … set search_path mends their functions',
  pg_catalog.current_setting('shipmate.count'), pg_catalog.current_setting('shipmate.failed')
  where pg_catalog.current_setting('shipmate.count') <> '0';
commit;
`;

const surveying = `
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator='	' --set=ON_ERROR_STOP=1 "$@" </dev/null; }
ask --file=/shipmate-survey.sql || exit
# An application may have another password by now: then only this is not known.
PGUSER=$1 PGPASSWORD=$ACCOUNT_PASSWORD ask --file=/shipmate-expressions.sql || true
`;

export function survey(
  { database, host, password, user }: DatabaseLogin,
  account: { user: string; password: string },
): ToolRun {
  return {
    command: ['sh', '-c', surveying, 'sh', account.user],
    env: {
      PGHOST: host,
      PGUSER: user,
      PGDATABASE: database,
      PGPASSWORD: password,
      PGCONNECT_TIMEOUT: '20',
      ACCOUNT_PASSWORD: account.password,
    },
    files: { '/shipmate-survey.sql': `${surveyed};\n`, '/shipmate-expressions.sql': unfindable },
  };
}
