import type pg from 'pg';
import { personRole, systemRole } from '../entities/access.ts';
import { UserError } from '../errors.ts';
import { migrationsTable, queueSchema } from './orm.ts';

const roles = [personRole, systemRole];

interface RoleRights {
  name: string;
  known: boolean;
  member: boolean;
  grantable: boolean;
}

/** What an account may do in its database, as far as Shipmate asks. */
export interface Rights {
  account: string;
  database: string;
  createsRoles: boolean;
  createsSchemas: boolean;
  hasPublic: boolean;
  usesPublic: boolean;
  createsInPublic: boolean;
  /** Whether everybody may use the schema `public`, or the account may let Shipmate's roles. */
  rolesUsePublic: boolean;
  /** Of the tables; null when there are none, or when the account may do what their owner may. */
  otherOwner: string | null;
  /** Of pg-boss's schema, likewise. */
  otherQueueOwner: string | null;
  hasQueue: boolean;
  roles: RoleRights[];
}

/** `set role` needs the option SET since 16. To grant a role needs its ADMIN option since then, before only CREATEROLE. */
const question = `
  select quote_ident(current_user) as account, quote_ident(current_database()) as database,
    me.rolsuper or me.rolcreaterole as "createsRoles",
    has_database_privilege(current_database(), 'create') as "createsSchemas",
    space.oid is not null as "hasPublic",
    coalesce(has_schema_privilege(space.oid, 'usage'), false) as "usesPublic",
    coalesce(has_schema_privilege(space.oid, 'create'), false) as "createsInPublic",
    coalesce(has_schema_privilege('public', space.oid, 'usage')
      or has_schema_privilege(space.oid, 'usage with grant option'), false) as "rolesUsePublic",
    (select quote_ident(pg_get_userbyid(relowner)) from pg_class
      where relnamespace = space.oid and relname = '${migrationsTable}' and not pg_has_role(relowner, 'usage')) as "otherOwner",
    (select quote_ident(pg_get_userbyid(nspowner)) from pg_namespace
      where nspname = '${queueSchema}' and not pg_has_role(nspowner, 'usage')) as "otherQueueOwner",
    to_regnamespace('${queueSchema}') is not null as "hasQueue",
    (select json_agg(json_build_object(
       'name', wanted, 'known', role.oid is not null,
       'member', coalesce(pg_has_role(role.oid, case when newer then 'set' else 'member' end), false),
       'grantable', me.rolsuper or not newer and me.rolcreaterole
         or coalesce(pg_has_role(role.oid, 'member with admin option'), false)) order by wanted)
     from unnest($1::text[]) wanted left join pg_roles role on rolname = wanted) as roles
  from pg_roles me
  cross join (select current_setting('server_version_num')::int >= 160000 as newer) server
  left join pg_namespace space on nspname = 'public'
  where me.rolname = current_user`;

/**
 * Looks at every right that a start needs, before it makes anything.
 * @param pending Whether there are migrations to run.
 * @throws {UserError} with the SQL that gives the account all that are missing.
 */
export function requireRights(rights: Rights, pending: boolean): void {
  const missing = grants(rights, pending);
  if (missing.length === 0) return;
  throw new UserError(
    `The database account ${rights.account} may not do everything that Shipmate needs. Run this as a superuser in the ` +
      `database ${rights.database}, then start again: ${missing.join(' ')}`,
  );
}

export async function readRights(client: pg.Client): Promise<Rights> {
  const { rows } = await client.query<Rights>(question, [roles]);
  const [rights] = rows;
  if (!rights) throw new Error('the account of this session is no role of the server');
  return rights;
}

function grants(rights: Rights, pending: boolean): string[] {
  const { account, database } = rights;
  const unmade = rights.createsRoles ? [] : rights.roles.filter((role) => !role.known);
  const refused = rights.roles.filter((role) => (role.known ? !role.member && !role.grantable : !rights.createsRoles));
  const missing = unmade.map(({ name }) => `create role ${name} nologin;`);
  if (refused.length > 0) missing.push(`grant ${refused.map(({ name }) => name).join(', ')} to ${account};`);
  if (!rights.hasPublic) missing.push(`create schema public authorization ${account};`);
  else {
    if (!rights.usesPublic || (pending && !rights.createsInPublic))
      missing.push(`grant create, usage on schema public to ${account};`);
    if (pending && !rights.rolesUsePublic) missing.push(`grant usage on schema public to ${roles.join(', ')};`);
  }
  if (!rights.hasQueue && !rights.createsSchemas) missing.push(`grant create on database ${database} to ${account};`);
  const owners = new Set([rights.otherOwner, rights.otherQueueOwner].filter((owner) => owner !== null));
  for (const owner of owners) missing.push(`grant ${owner} to ${account};`);
  return missing;
}

/**
 * @param own Names of Shipmate's tables, none of which it has made yet.
 * @throws {UserError} when there are some: another application's.
 */
export async function refuseForeignTables(client: pg.Client, own: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string; database: string }>(
    `select relname as name, current_database() as database
     from pg_class where relnamespace = to_regnamespace('public') and relname = any ($1) order by 1`,
    [own],
  );
  const [first] = rows;
  if (!first) return;
  throw new UserError(
    `The database ${first.database} holds tables of another application, whose names Shipmate needs: ` +
      `${rows.map(({ name }) => name).join(', ')}. Make a database for Shipmate alone (create database shipmate;) and ` +
      'name it in DATABASE_URL.',
  );
}
