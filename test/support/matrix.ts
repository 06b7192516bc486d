import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { executeSql } from '../../src/database/database.ts';
import type { User } from '../../src/entities/user.ts';
import type { TestDatabase } from './database.ts';
import { makeApplication, makeDeployment, makeGitSource, makeProject, makeTeam, makeUser } from './factories.ts';
import { inserts, metricColumns, metricValues } from './matrix-inserts.ts';

export const actors = [
  'owner',
  'teamOwner',
  'teamAdmin',
  'teamMember',
  'teamViewer',
  'stranger',
  'superAdmin',
] as const;
export type Actor = (typeof actors)[number];

/** A project of `owner` shared with a team, with one row in every table: its id under the table's name. */
export interface World {
  users: Record<Actor, User>;
  rows: Record<string, string>;
}

export async function makeWorld({ database }: TestDatabase): Promise<World> {
  const made = await Promise.all(
    actors.map(async (actor) => {
      const role = actor === 'superAdmin' ? 'super_admin' : 'developer';
      return [actor, await makeUser(database, { role })] as const;
    }),
  );
  const users = Object.fromEntries(made) as Record<Actor, User>;
  const bystander = await makeUser(database);
  const team = await makeTeam(database, [
    [users.teamOwner, 'owner'],
    [users.teamAdmin, 'admin'],
    [users.teamMember, 'member'],
    [users.teamViewer, 'viewer'],
  ]);
  const project = await makeProject(database, { owner: users.owner, team });
  const application = await makeApplication(database, { project });
  const source = await makeGitSource(database, { application });
  const deployment = await makeDeployment(database, { application });
  const rows: Record<string, string> = {
    users: bystander.id,
    teams: team.id,
    projects: project.id,
    applications: application.id,
    git_sources: source.id,
    deployments: deployment.id,
    bare_application: (await makeApplication(database, { project })).id,
    stranger: users.stranger.id,
    owner: users.owner.id,
  };
  const insert = async (table: string, columns: string, values: string) => {
    const sql = `insert into ${table} (${columns}) values (${values}) returning ${keyOf(table)} as id`;
    const [row] = (await executeSql<{ id: string }>(database.asSystem(), sql)).rows;
    rows[table] = String(row?.id);
  };
  const id = 'gen_random_uuid()';
  await insert('databases', 'id, project_id, name, type, version', `${id}, '${project.id}', 'main', 'redis', '7'`);
  await insert('backups', 'id, database_id, type', `${id}, '${rows['databases']}', 'full'`);
  await insert(
    'backup_stores',
    'id, project_id, name, location, password',
    `${id}, '${project.id}', 'shop/main', '/backups', 'v1.'`,
  );
  await insert('restores', 'id, backup_id, database_id', `${id}, '${rows['backups']}', '${rows['databases']}'`);
  await insert('volumes', 'id, application_id, name, mount_path, size_gb', `${id}, '${application.id}', 'v', '/v', 1`);
  const domainOf = (name: string) => `${id}, '${project.id}', '${name}', 'application', '${application.id}'`;
  await insert('domains', 'id, project_id, domain, target_type, target_id', domainOf('bare.example'));
  rows['bare_domain'] = rows['domains'] ?? '';
  await insert('domains', 'id, project_id, domain, target_type, target_id', domainOf('a.example'));
  await insert(
    'certificates',
    'id, domain_id, issuer, certificate, private_key, expires_at',
    `${id}, '${rows['domains']}', 'CA', 'PEM', 'v1.', now() + interval '1 day'`,
  );
  await insert(
    'host_apps',
    'id, server, number, slug, name, owner, of_organization, client_id, client_secret, private_key, webhook_secret',
    `${id}, 'https://host.example', '1', 'a', 'A', 'acme', true, 'c', 'v1.', 'v1.', 'v1.'`,
  );
  await insert(
    'host_app_installations',
    'id, host_app_id, number, account, account_type, selection',
    `${id}, '${rows['host_apps']}', '1', 'acme', 'Organization', 'all'`,
  );
  await insert('acme_accounts', 'id, directory_url, private_key', `${id}, 'https://ca.example', 'v1.'`);
  await insert(
    'acme_challenges',
    'id, domain_id, host, token, key_authorization, expires_at',
    `${id}, '${rows['domains']}', 'a.example', 't', 't.k', now()`,
  );
  await insert(
    'certificate_orders',
    'id, domain_id, host, directory_url',
    `${id}, '${rows['domains']}', 'a.example', 'https://ca.example'`,
  );
  await insert('certificate_renewals', 'id, domain_id', `${id}, '${rows['domains']}'`);
  await insert('env_vars', 'id, application_id, key, value', `${id}, '${application.id}', 'A', 'b'`);
  await insert('deployment_logs', 'deployment_id, level, message', `'${deployment.id}', 'info', 'hello'`);
  await insert('chat_messages', 'id, deployment_id, platform, channel', `${id}, '${deployment.id}', 'slack', 'C1'`);
  await insert('audit_logs', 'action, resource_type, resource_id', `'x', 'application', '${application.id}'`);
  await insert('api_tokens', 'id, user_id, name, token_hash', `${id}, '${users.owner.id}', 'ci', 'h1'`);
  await insert('link_codes', 'id, user_id, code_hash, expires_at', `${id}, '${users.owner.id}', 'h1', now()`);
  await insert(
    'chat_identities',
    'id, user_id, platform, workspace, account',
    `${id}, '${users.owner.id}', 'slack', 'T', 'U'`,
  );
  await insert(
    'webhook_deliveries',
    'id, provider, delivery_id, event, repository',
    `${id}, 'github', '1', 'push', 'a/b'`,
  );
  await insert(
    'deploy_locks',
    'id, application_id, locked_by, holder, reason',
    `${id}, '${application.id}', '${users.owner.id}', 'owner (slack)', 'r'`,
  );
  await insert(
    'scheduled_deployments',
    'id, application_id, requested_by, due_at, zone, platform, workspace, channel, account, account_name',
    `${id}, '${application.id}', '${users.owner.id}', now(), 'UTC', 'slack', 'T', 'C1', 'U', 'owner'`,
  );
  await insert(
    'channel_defaults',
    'id, platform, channel, project_id, application_id',
    `${id}, 'slack', 'C1', '${project.id}', '${application.id}'`,
  );
  await insert('freeze_windows', 'id, project_id, starts, duration_minutes', `${id}, '${project.id}', '0 0 * * *', 60`);
  await insert('approvals', 'id, deployment_id, expires_at', `${id}, '${deployment.id}', now()`);
  await insert(
    'notification_routes',
    'id, project_id, platform, channel, pattern, events',
    `${id}, '${project.id}', 'slack', 'C1', 'shop/*', '["failed"]'`,
  );
  await insert(
    'notifications',
    'route_id, event, severity, subject',
    `'${rows['notification_routes']}', 'failed', 'danger', 's'`,
  );
  await insert(
    'assistant_requests',
    'id, user_id, project_id, client, command, line, input, expires_at',
    `${id}, '${users.owner.id}', '${project.id}', 'c', 'stop', 'stop shop/api', 'v1.', now()`,
  );
  await insert('incidents', 'id, application_id, replicas, running', `${id}, '${application.id}', 2, 1`);
  await insert(
    'previews',
    'id, application_id, number, branch, ref, commit_sha, from_fork',
    `${id}, '${application.id}', 1, 'b', 'refs/pull/1/head', 'c0ffee', false`,
  );
  await insert('preview_variables', 'id, application_id, key, value', `${id}, '${application.id}', 'A', 'b'`);
  await insert(
    'cron_commands',
    'id, application_id, schedule, command, checked_at',
    `${id}, '${application.id}', '0 3 * * *', 'true', now()`,
  );
  await insert('cron_runs', 'id, cron_command_id, due_at', `${id}, '${rows['cron_commands']}', now()`);
  await insert('shared_variables', 'id, project_id, key, value', `${id}, '${project.id}', 'A', 'b'`);
  await insert('variable_changes', 'project_id', `'${project.id}'`);
  await insert(
    'changed_variables',
    'id, change_id, key, before_kind, after_kind',
    `${id}, '${rows['variable_changes']}', 'A', 'unset', 'secret'`,
  );
  await insert('branch_heads', 'id, application_id, commit_sha', `${id}, '${application.id}', 'c0ffee'`);
  await insert('task_metrics', metricColumns, `'${application.id}', 60, now(), ${metricValues}`);
  await insert('swarm_nodes', 'id, hostname, role, address, availability', `'n1', 'h', 'worker', '10.0.0.1', 'active'`);
  await insert(
    'disks',
    'id, host, name, path, size_bytes, free_bytes, used_percent',
    `${id}, 'h', 'data', '/data', 100, 50, 50`,
  );
  await insert('job_runs', 'job, key', `'tidy', 'tidy@1'`);
  await insert('attempt_counts', 'key, points, expire', `'password:1', 1, 0`);
  await insert('installation', 'name, value', `'a', 'b'`);
  rows['bare_deployment'] = (await makeDeployment(database, { application })).id;
  const viewer = `select id from team_members where user_id = '${users.teamViewer.id}'`;
  rows['team_members'] = (await executeSql<{ id: string }>(database.asSystem(), viewer)).rows[0]?.id ?? '';
  return { users, rows };
}

const keys: Record<string, string> = {
  attempt_counts: 'key',
  installation: 'name',
  task_metrics: 'application_id',
};

/** The primary key. */
function keyOf(table: string): string {
  return keys[table] ?? 'id';
}

/** Who runs a statement: a person's id, nobody (no `app.user_id`, or an empty one), or the system. */
export type Context = { role: 'shipmate_app'; userId?: string } | { role: 'shipmate_system' };

/** Which of select, insert, update and delete reach the table's row in `context`, e.g. `siu-`. */
export async function reach(client: pg.Client, world: World, context: Context, table: string): Promise<string> {
  const [columns = '', values = ''] = inserts[table] ?? [];
  const key = keyOf(table);
  const me = 'userId' in context && context.userId ? context.userId : (world.rows['owner'] ?? '');
  const bind = (sql: string) =>
    sql.replaceAll(/:([a-z_]+)\b/g, (_whole, name: string) => {
      const value = name === 'me' ? me : name === 'new' ? randomUUID() : world.rows[name];
      return pg.escapeLiteral(value ?? '');
    });
  const statements: [string, string][] = [
    ['s', `select ${key} from ${table} where ${key} = :${table}`],
    ['i', `insert into ${table} (${columns}) values (${values})`],
    ['u', `update ${table} set ${key} = ${key} where ${key} = :${table}`],
    ['d', `delete from ${table} where ${key} = :${table}`],
  ];
  let letters = '';
  for (const [letter, sql] of statements) letters += (await affects(client, context, bind(sql))) ? letter : '-';
  return letters;
}

async function affects(client: pg.Client, context: Context, sql: string): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query(`set local role ${context.role}`);
    if ('userId' in context) await client.query(`select set_config('app.user_id', $1, true)`, [context.userId]);
    const { rowCount } = await client.query(sql);
    return (rowCount ?? 0) > 0;
  } catch (error) {
    const { code } = error as pg.DatabaseError;
    // Refused by a policy or for want of a privilege.
    if (code === '42501') return false;
    // The row was reached, and kept by what depends on it: `restrict`, 23503 before PostgreSQL 18.
    if (code === '23001' || code === '23503') return true;
    // Anything else is a mistake in this test.
    throw error;
  } finally {
    await client.query('rollback');
  }
}
