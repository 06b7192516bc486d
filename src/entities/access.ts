import type { PolicyDef } from '@mikro-orm/core';

/** Role of people's transactions; `app.user_id` identifies the person. */
export const personRole = 'shipmate_app';

/** Role of background work, webhooks and identification. */
export const systemRole = 'shipmate_system';

/** What a person may do with the rows of one table, as SQL conditions; an omitted operation is forbidden. */
export interface PersonAccess {
  select?: string;
  insert?: string;
  /** Condition on the old row; `updated` (default: the same) is the condition on the new row. */
  update?: string;
  updated?: string;
  delete?: string;
}

/** Row level security of one table: the system may do everything, people what `access` allows. */
export function policiesFor(table: string, access: PersonAccess): PolicyDef[] {
  const policies: PolicyDef[] = [
    { name: `${table}_system_policy`, command: 'all', roles: [systemRole], using: 'true', check: 'true' },
  ];
  const person = (
    command: 'select' | 'insert' | 'update' | 'delete',
    expressions: Pick<PolicyDef, 'using' | 'check'>,
  ) => policies.push({ name: `${table}_${command}_policy`, command, roles: [personRole], ...expressions });
  if (access.select) person('select', { using: access.select });
  if (access.insert) person('insert', { check: access.insert });
  if (access.update) person('update', { using: access.update, check: access.updated ?? access.update });
  if (access.delete) person('delete', { using: access.delete });
  return policies;
}

type Level = 'viewer' | 'member' | 'admin' | 'owner';

// `any (array(select ...))` is evaluated once per statement and can be looked up in an index;
// a function call per row or an `or` beside it cannot.

export function isTeam(column: string, level: Level): string {
  return `${column} = any (array(select app_team_ids('${level}')))`;
}

export function isProject(column: string, level: Level): string {
  return `${column} = any (array(select app_project_ids('${level}')))`;
}

export function isApplication(column: string, level: Level): string {
  return `${column} = any (array(select app_application_ids('${level}')))`;
}

export function isDatabase(column: string, level: Level): string {
  return `${column} = any (array(select app_database_ids('${level}')))`;
}

export function isDomain(column: string, level: Level): string {
  return `${column} = any (array(select app_domain_ids('${level}')))`;
}

/** Rows of a deployment; `deployments` is seen through its own policies. */
export function isDeployment(column: string, level: Level): string {
  return `exists (select from deployments d where d.id = ${column} and ${isApplication('d.application_id', level)})`;
}

/**
 * People who may approve and override: admins of the resource's team, the owner of its project, and platform admins.
 */
export function supervises(is: (column: string, level: Level) => string, column: string): string {
  return `(${is(column, 'admin')} or (${is(column, 'member')} and (select app_user_role()) = 'admin'))`;
}

export function isMe(column: string): string {
  return `${column} = (select app_user_id())`;
}

export const isSelf = isMe('user_id');
/** Admins of the whole installation. */
export const isPlatformAdmin = `(select app_user_role()) in ('admin', 'super_admin')`;
export const isSuperAdmin = '(select app_is_super_admin())';

/** True for ciphertexts of the `Cipher` and null, so that a plain-text secret cannot be stored. */
export function sealed(column: string): string {
  return `${column} ~ '^v1\\.'`;
}

/** `column in (...)`, for checks on the values a text column may take. */
export function oneOf(column: string, values: readonly string[]): string {
  return `${column} in (${values.map((value) => `'${value}'`).join(', ')})`;
}
