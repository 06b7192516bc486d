import type { Account } from '../engine-server.ts';
import { handOver } from './hand-over.ts';
import { listOf, listSettings, literal, quoted } from './sql.ts';

/** A superuser for the time of the move: nobody can rename the account that they are signed in as. */
export const mover = 'shipmate_mover';
/** Becomes the application's account once it owns everything, so that nothing is out of the application's reach. */
const heir = 'shipmate_owner';

/** As the application's account, which is a superuser. */
export function prepareMove(password: string): string {
  return `do $shipmate$ begin
  if not exists (select from pg_roles where rolname = '${mover}') then create role ${mover}; end if;
  if not exists (select from pg_roles where rolname = '${heir}') then create role ${heir}; end if;
end $shipmate$;
alter role ${mover} superuser login password ${literal(password)};
`;
}

function idOf(role: string): string {
  return `(select oid from pg_roles where rolname = ${literal(role)})`;
}

/** In each database: what the account owns there, its default privileges and its user mappings. */
export function moveOwner(user: string): string {
  const kinds = `case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
      when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end`;
  const within = `case when defaclnamespace <> 0 then format(' in schema %s', defaclnamespace::regnamespace) end`;
  return `${handOver(user, heir)}do $shipmate$ declare one text; begin
  for one in select format('alter default privileges for role ${heir}%s grant %s on %s to %s%s', ${within},
      privilege_type, ${kinds}, case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
      case when is_grantable then ' with grant option' end)
    from pg_default_acl, aclexplode(defaclacl) where defaclrole = ${idOf(user)} and grantee <> defaclrole
    loop execute one; end loop;
  for one in select format('alter default privileges for role ${heir} revoke all on %s from public', ${kinds})
    from pg_default_acl where defaclrole = ${idOf(user)} and defaclnamespace = 0 and defaclobjtype in ('f', 'T')
      and not exists (select from aclexplode(defaclacl) where grantee = 0) loop execute one; end loop;
  for one in select format('create user mapping if not exists for ${heir} server %I options (%s)', srvname,
      (select string_agg(format('%I %L', split_part(line, '=', 1), substr(line, strpos(line, '=') + 1)), ', ')
       from unnest(umoptions) as line))
    from pg_user_mapping m join pg_foreign_server s on s.oid = m.umserver where umuser = ${idOf(user)}
    loop execute one; end loop;
end $shipmate$;
`;
}

/**
 * In one transaction: the account gets another name, and the heir of what it owned gets its name, its password, what it
 * has set, the roles that it belongs to, and the databases.
 */
export function move({ password, user }: Account, administrator: Pick<Account, 'user' | 'password'>): string {
  const [own, admin, from] = [quoted(user), quoted(administrator.user), idOf(user)];
  const database = `(select datname from pg_database d where d.oid = setdatabase)`;
  const within = `case when setdatabase <> 0 then format(' in database %I', ${database}) end`;
  const [name, value] = [`split_part(line, '=', 1)`, `substr(line, strpos(line, '=') + 1)`];
  return `begin;
do $shipmate$ declare one text; begin
  for one in select format('alter role ${heir}%s set %I to %s', ${within}, ${name},
      case when ${name} in (${listSettings}) then ${listOf(value)} else quote_literal(${value}) end)
    from pg_db_role_setting, unnest(setconfig) as line where setrole = ${from} loop execute one; end loop;
  for one in select format('alter role %I%s reset all', ${literal(user)}, ${within})
    from pg_db_role_setting where setrole = ${from} loop execute one; end loop;
  for one in select format('grant %I to ${heir}', r.rolname) from pg_auth_members join pg_roles r on r.oid = roleid
    where member = ${from} and not r.rolsuper loop execute one; end loop;
  for one in select format('grant ${heir} to %I', r.rolname) from pg_auth_members join pg_roles r on r.oid = member
    where roleid = ${from} and not r.rolsuper loop execute one; end loop;
  for one in select format('alter database %I owner to ${heir}', datname) from pg_database
    where datdba = ${from} and datname not in ('postgres', 'template0', 'template1') loop execute one; end loop;
end $shipmate$;
alter role ${own} rename to ${admin};
alter role ${admin} superuser createdb createrole replication bypassrls login password ${literal(administrator.password)};
alter role ${heir} rename to ${own};
alter role ${own} login password ${literal(password)};
commit;
`;
}
