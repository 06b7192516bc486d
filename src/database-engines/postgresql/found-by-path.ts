import { firstOwnOid, listOf } from './sql.ts';

/**
 * A dump is loaded with an empty search_path, and since 17 indexes and materialized views are made without one anyway. A
 * function that finds another by it fails there, and with it the index, generated column, check or view that uses it.
 * So while a dump is loaded, such functions have a search_path of their own: these queries print what sets and resets it.
 */

/** Functions that something is defined with. Those whose text was resolved when they were made need nothing. */
const functions = `select (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity as name
  from pg_proc p join pg_language l on l.oid = prolang
  where p.oid >= ${firstOwnOid} and lanname not in ('internal', 'c') and to_jsonb(p) ->> 'prosqlbody' is null
    and not exists (select from unnest(proconfig) as one where one ~ '^search_path=')
    and exists (select from pg_depend where refclassid = 'pg_proc'::regclass and refobjid = p.oid and deptype = 'n'
      and classid not in ('pg_trigger'::regclass, 'pg_event_trigger'::regclass))`;

const owner = `(select datdba from pg_database where datname = current_database())`;

function setOf(role: string, database: string): string {
  return `(select substr(one, length('search_path=') + 1) from pg_db_role_setting, unnest(setconfig) as one
    where setrole = ${role} and setdatabase = ${database} and one ~ '^search_path=')`;
}

/** What the database's owner has when it signs in, and then every other schema: an application may set it later. */
export const path = `replace(${listOf(`coalesce(
    ${setOf(owner, '(select oid from pg_database where datname = current_database())')}, ${setOf(owner, '0')},
    (select reset_val from pg_settings where name = 'search_path'))`)}, '"$user"', quote_ident(pg_get_userbyid(${owner})))
  || (select coalesce(string_agg(', ' || quote_ident(nspname), '' order by nspname), '') from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema')`;

const trigger = `declare one text; begin
  for one in select object_identity from pg_event_trigger_ddl_commands()
    where classid = ''pg_proc''::regclass and object_identity = any (%1$L::text[])
  loop execute format(''alter routine %%s set search_path to %%s'', one, %2$L); end loop; end`;

/** The event trigger's function is temporary, so that nothing remains of a load that breaks off. */
export const setPaths = `
select format(E'create function pg_temp.shipmate_paths() returns event_trigger language plpgsql set search_path = pg_catalog as %L;\\n'
  'create event trigger shipmate_paths on ddl_command_end when tag in (''CREATE FUNCTION'', ''CREATE PROCEDURE'', '
  '''CREATE EXTENSION'') execute function pg_temp.shipmate_paths();',
  format('${trigger}', array_agg(name order by name), ${path}))
from (${functions}) as found having count(*) > 0`;

/** By now the database may have event triggers of its own, which refuse such statements. */
export const resetPaths = `
select format(E'set session_replication_role = replica;\\n'
  'drop event trigger shipmate_paths;\\ndrop function pg_temp.shipmate_paths();\\n%s\\nreset session_replication_role;',
  string_agg(format('alter routine %s reset search_path;', name), E'\\n' order by name))
from (${functions}) as found having count(*) > 0`;
