import { putChecksBack, putChecksOff } from './checks-later.ts';
import { fillViews } from './fill-views.ts';
import { resetPaths, setPaths } from './found-by-path.ts';
import { listOf, listSettings, unseen } from './sql.ts';

/**
 * What pg_dump leaves out of a dump, as queries that print SQL for psql. Each part has a heading of pg_dump's form, so
 * that it is compared like the rest of the dump.
 * @see https://www.postgresql.org/docs/current/app-pg-dumpall.html for what belongs to the server
 */

function heading(type: string): string {
  return `select '-- Name: of the server; Type: ${type}; Schema: -; Owner: -'`;
}

/** Of a row of `pg_db_role_setting`: the name and the value of each, as SQL. */
const eachSetting = `unnest(setconfig) as one,
  lateral (select split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value) as parts`;
const valueOfSetting = `case when name in (${listSettings}) then ${listOf('value')} else quote_literal(value) end`;

/**
 * Where a restore names the database to fill (`restoring`), it is made anew with the locale that this one has. A psql
 * without that variable loads the dump where it is.
 */
const locale = `
select format(E'\\\\if :{?restoring}\\n\\\\connect :"beside"\\ndrop database :"restoring";\\n'
  'create database :"restoring" template template0 encoding ''UTF8'' lc_collate %L lc_ctype %L%s;\\n'
  '\\\\connect :"restoring"\\n\\\\endif', datcollate, datctype,
  case j ->> 'datlocprovider'
    when 'i' then format(' locale_provider icu icu_locale %L', coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
      || coalesce(' icu_rules ' || quote_literal(j ->> 'daticurules'), '')
    when 'b' then format(' locale_provider builtin builtin_locale %L', j ->> 'datlocale')
    when 'c' then ' locale_provider libc'
  end)
from (select d.*, to_jsonb(d) as j from pg_database d where datname = current_database()) as own`;

/** A server that lacks an extension says so before anything is loaded, instead of at the first table that needs it. */
const extensions = `
select format('do $shipmate$ declare lacking text; begin '
  'select string_agg(name, '', '') into lacking from unnest(%L::text[]) as wanted (name) '
    'where not exists (select from pg_available_extensions a where a.name = wanted.name); '
  'if lacking is not null then '
    'raise exception ''this server lacks extensions of the backup: %%. Choose an image that has them with db set --image'', lacking; '
  'end if; end $shipmate$;', array_agg(extname order by extname))
from pg_extension where extname <> 'plpgsql' having count(*) > 0`;

/** Without passwords, and none as a superuser. Those that are there stay as they are. */
const createRole = `
select format('do $shipmate$ begin if to_regrole(%L) is null then create role %I%s; end if; end $shipmate$;',
  quote_ident(rolname), rolname, concat(
    case when rolcanlogin then ' login' end, case when not rolinherit then ' noinherit' end,
    case when rolcreatedb then ' createdb' end, case when rolcreaterole then ' createrole' end,
    case when rolreplication then ' replication' end, case when rolbypassrls then ' bypassrls' end,
    ' connection limit ' || nullif(rolconnlimit, -1), ' valid until ' || quote_literal(rolvaliduntil)))
from pg_roles where rolname !~ '^pg_' and not rolsuper`;

/** Who owns the database is the application's account, which a server has before a restore: it is not compared. */
const isOwner = 'oid = (select datdba from pg_database where datname = current_database())';
const owner = `${createRole} and ${isOwner}`;
const roles = `${createRole} and not ${isOwner} order by rolname`;

/** Since 16 a membership says whether rights are inherited and whether the role may be taken; the default is the role's. */
const memberships = `
select distinct format('grant %I to %I%s;', g.rolname, m.rolname, case
  when (j ->> 'inherit_option')::bool <> m.rolinherit or not (j ->> 'set_option')::bool
    then format(' with admin %s, inherit %s, set %s', j ->> 'admin_option', j ->> 'inherit_option', j ->> 'set_option')
  when admin_option then ' with admin option' end)
from (select *, to_jsonb(x) as j from pg_auth_members x) a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where not g.rolsuper and not m.rolsuper and m.rolname !~ '^pg_' order by 1`;

const settings = `
select format('alter %s set %I to %s;',
  case setrole when 0 then 'database :"own"' else format('role %I in database :"own"', pg_get_userbyid(setrole)) end,
  name, ${valueOfSetting})
from pg_db_role_setting, ${eachSetting}
where setdatabase = (select oid from pg_database where datname = current_database()) order by 1`;

/** What roles, or all of them, have set in every database, and their comments. */
const roleSettings = `
with found as (select format('alter role %s set %I to %s;', coalesce(quote_ident(rolname), 'all'), name, ${valueOfSetting}) as line
  from pg_db_role_setting left join pg_roles r on r.oid = setrole, ${eachSetting}
  where setdatabase = 0 and rolsuper is not true and coalesce(rolname, '') !~ '^pg_'
  union all select format('comment on role %I is %L;', rolname, shobj_description(oid, 'pg_authid'))
  from pg_roles where shobj_description(oid, 'pg_authid') is not null and not rolsuper and rolname !~ '^pg_')
${heading('ROLE SETTINGS')} where exists (select from found) union all (select line from found order by 1)`;

/** Owner, limit, comment and grants of the database, which has another name until it takes its place. */
const own = `
with own as (select * from pg_database where datname = current_database())
select E'select current_database() as own \\\\gset'
union all select format('alter database :"own" owner to %I;', pg_get_userbyid(datdba)) from own
union all select format('alter database :"own" connection limit %s;', datconnlimit) from own where datconnlimit <> -1
union all select format('comment on database :"own" is %L;', shobj_description(oid, 'pg_database')) from own
  where shobj_description(oid, 'pg_database') is not null
union all select 'alter database :"own" is_template true;' from own where datistemplate
union all select 'revoke all on database :"own" from public;' from own where datacl is not null
union all (select format('grant %s on database :"own" to %s%s;', privilege_type,
    case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
    case when is_grantable then ' with grant option' end)
  from own, aclexplode(datacl) order by 1)`;

/** Every new database has it; a dump does not say that one has it no more. */
const noPublic = `select '${unseen('drop schema public;')}' where to_regnamespace('public') is null`;

/** Queries to run one after the other. */
export const beforeDump = [extensions, locale, owner, setPaths, putChecksOff, heading('ROLE'), roles, memberships];
export const afterDump = [
  fillViews,
  putChecksBack,
  resetPaths,
  noPublic,
  heading('DATABASE SETTINGS'),
  own,
  settings,
  roleSettings,
];

/** A database that has subscriptions cannot be dropped. Their slots stay with the publisher, for the restored ones. */
export const dropSubscriptions = `do $shipmate$ declare one name; begin
  for one in select subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database()) loop
    execute format('alter subscription %I disable', one);
    execute format('alter subscription %I set (slot_name = none)', one);
    execute format('drop subscription %I', one);
  end loop; end $shipmate$`;
