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

const lastId = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`;

/** Every row for a super_admin, none for others; a range, so that an index serves it beside other conditions. */
export function allOf(column: string): string {
  return `(${column} >= (select app_all_from(app_is_super_admin())) and ${column} < ${lastId})`;
}

// `any (array(select ...))` is evaluated once per statement and can be looked up in an index;
// a function call per row or an `or` beside it cannot, unless an index serves the `or` as well.

/** Teams that the person is in. */
export function inTeam(column: string, level: Level): string {
  return `${column} = any (array(select app_team_ids('${level}')))`;
}

export function isTeam(column: string, level: Level): string {
  return `(${inTeam(column, level)} or ${allOf(column)})`;
}

/** Condition on the project `p`, which is itself seen through its policy. */
function withinProject(level: Exclude<Level, 'viewer'>): string {
  const byTeam = level === 'owner' ? '' : ` or ${inTeam('p.team_id', level)}`;
  return `(p.owner_id = (select app_user_id())${byTeam} or (select app_is_super_admin()))`;
}

/**
 * Rows whose `column` names a row of `things` that the person sees. Who sees few is handed a list of ids, made once per
 * statement, which an index looks up; for those who see many, each row that the statement reaches looks up its thing.
 * A list of 10,000 ids costs more than the rest of the statement. A value, unlike `exists`, never makes such a
 * list either.
 */
function seen(column: string, thing: string, things: string): string {
  const few = `app_few_${thing}_ids()`;
  const one = `(select app_seen() from ${things} t where t.id = ${column})`;
  return `(${column} = any (array(select unnest(${few}))) or (${column} >= (select app_all_unless(${few})) and ${one}))`;
}

export function isProject(column: string, level: Level): string {
  if (level === 'viewer') return seen(column, 'project', 'projects');
  return `exists (select from projects p where p.id = ${column} and ${withinProject(level)})`;
}

export function isApplication(column: string, level: Level): string {
  return ofProject(column, 'application', 'applications', level);
}

export function isDatabase(column: string, level: Level): string {
  return ofProject(column, 'database', 'databases', level);
}

export function isDomain(column: string, level: Level): string {
  return ofProject(column, 'domain', 'domains', level);
}

function ofProject(column: string, thing: string, things: string, level: Level): string {
  if (level === 'viewer') return seen(column, thing, things);
  return `exists (select from ${things} t join projects p on p.id = t.project_id where t.id = ${column} and ${withinProject(level)})`;
}

/** Rows of a deployment; `deployments` is seen through its own policies. */
export function isDeployment(column: string, level: Level): string {
  if (level === 'viewer') return `(select app_seen() from deployments d where d.id = ${column})`;
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
