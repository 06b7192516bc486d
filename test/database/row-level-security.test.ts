import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Actor, actors, type Context, makeWorld, reach, type World } from '../support/matrix.ts';
import { inserts } from '../support/matrix-inserts.ts';

let db: TestDatabase;
let client: pg.Client;
let world: World;

beforeAll(async () => {
  db = await createTestDatabase();
  world = await makeWorld(db);
  client = new pg.Client({ connectionString: db.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await db.close();
});

const person = (userId: string): Context => ({ role: 'shipmate_app', userId });

/** select, insert, update, delete of: the owner, the team's owner, admin, member, viewer, a stranger, a super_admin. */
const matrix: Record<string, string[]> = {
  users: ['s---', 's---', 's---', 's---', 's---', 's---', 'siud'],
  teams: ['----', 's-ud', 's-u-', 's---', 's---', '----', 'siud'],
  team_members: ['----', 'siud', 'siud', 's---', 's--d', '----', 'siud'],
  projects: ['s-ud', 'siu-', 'siu-', 'si--', 's---', '----', 'siud'],
  applications: ['siud', 'siud', 'siud', 'siu-', 's---', '----', 'siud'],
  git_sources: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  databases: ['siud', 'siud', 'siud', 'siu-', 's---', '----', 'siud'],
  backups: ['siu-', 'siu-', 'siu-', 'si--', 's---', '----', 'siud'],
  backup_stores: ['s---', 's---', 's---', '----', '----', '----', 's---'],
  restores: ['si--', 'si--', 'si--', 'si--', 's---', '----', 'si-d'],
  volumes: ['siud', 'siud', 'siud', 'siu-', 's---', '----', 'siud'],
  domains: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  certificates: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  host_apps: ['----', '----', '----', '----', '----', '----', '----'],
  host_app_installations: ['----', '----', '----', '----', '----', '----', '----'],
  acme_accounts: ['----', '----', '----', '----', '----', '----', '----'],
  acme_challenges: ['----', '----', '----', '----', '----', '----', '----'],
  certificate_orders: ['----', '----', '----', '----', '----', '----', '----'],
  certificate_renewals: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siu-'],
  deployments: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siud'],
  deployment_logs: ['si--', 'si--', 'si--', 'si--', 's---', '----', 'si-d'],
  env_vars: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  chat_messages: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siud'],
  audit_logs: ['si--', 'si--', 'si--', 'si--', 'si--', '----', 'si--'],
  api_tokens: ['siud', '----', '----', '----', '----', '----', 's--d'],
  // An update has to say that oneself decided.
  assistant_requests: ['si--', 'si--', 'si--', '-i--', '-i--', '----', 'si--'],
  link_codes: ['----', '----', '----', '----', '----', '----', '----'],
  chat_identities: ['s---', '----', '----', '----', '----', '----', 's---'],
  deploy_locks: ['si-d', 'si-d', 'si-d', 'si--', 's---', '----', 'si-d'],
  scheduled_deployments: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siud'],
  channel_defaults: ['si-d', 'si-d', 'si-d', 'si-d', 's---', '----', 'si-d'],
  freeze_windows: ['si-d', 'si-d', 'si-d', 's---', 's---', '----', 'si-d'],
  // An update has to say that oneself decided: see the test of approvals.
  approvals: ['si--', 'si--', 'si--', 'si--', 's---', '----', 'si-d'],
  incidents: ['s---', 's---', 's---', 's---', 's---', '----', 's---'],
  previews: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siud'],
  preview_variables: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  cron_commands: ['siud', 'siud', 'siud', 's---', 's---', '----', 'siud'],
  cron_runs: ['si--', 'si--', 'si--', 's---', 's---', '----', 'si--'],
  shared_variables: ['siud', 'siud', 'siud', 'siud', 's---', '----', 'siud'],
  variable_changes: ['si--', 'si--', 'si--', 'si--', 's---', '----', 'si--'],
  changed_variables: ['siu-', 'siu-', 'siu-', 'siu-', 's---', '----', 'siu-'],
  branch_heads: ['s---', 's---', 's---', 's---', 's---', '----', 's---'],
  task_metrics: ['s---', 's---', 's---', 's---', 's---', '----', 's---'],
  swarm_nodes: ['----', '----', '----', '----', '----', '----', 's---'],
  disks: ['----', '----', '----', '----', '----', '----', 's---'],
  notification_routes: ['si-d', 'si-d', 'si-d', 's---', 's---', '----', 'si-d'],
  notifications: ['----', '----', '----', '----', '----', '----', 's---'],
  attempt_counts: ['----', '----', '----', '----', '----', '----', '----'],
  installation: ['----', '----', '----', '----', '----', '----', '----'],
  job_runs: ['----', '----', '----', '----', '----', '----', 's---'],
  webhook_deliveries: ['----', '----', '----', '----', '----', '----', 'siud'],
};

const cases = Object.entries(matrix).flatMap(([table, row]) =>
  actors.map((actor, index): [string, Actor, string] => [table, actor, row[index] ?? '']),
);

describe('row level security', () => {
  it.each(cases)('%s as %s: %s', async (table, actor, expected) => {
    expect(await reach(client, world, person(world.users[actor].id), table)).toBe(expected);
  });

  it.each(Object.keys(matrix))('shows nobody anything of %s, and throws nothing', async (table) => {
    const fresh = new pg.Client({ connectionString: db.url });
    await fresh.connect();
    try {
      expect(await reach(fresh, world, { role: 'shipmate_app' }, table)).toBe('----');
      expect(await reach(fresh, world, person(''), table)).toBe('----');
    } finally {
      await fresh.end();
    }
  });

  it.each(Object.keys(matrix))('lets the system do everything with %s but change the audit log', async (table) => {
    const expected = table === 'audit_logs' ? 'si--' : 'siud';
    expect(await reach(client, world, { role: 'shipmate_system' }, table)).toBe(expected);
  });

  it('covers every table there is, and no partition can be read past it', async () => {
    const { rows } = await client.query<{ name: string; rls: boolean; readable: boolean; partition: boolean }>(
      `select relname as name, relrowsecurity as rls, relispartition as partition,
         has_table_privilege('shipmate_app', oid, 'select') as readable
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
    );
    const exposed = rows.filter(({ rls, readable }) => readable && !rls);
    expect(exposed).toEqual([]);
    const covered = rows.filter(({ partition, name }) => !partition && name !== 'shipmate_migrations');
    expect(covered.map(({ name }) => name).sort()).toEqual(Object.keys(matrix).sort());
    expect(Object.keys(inserts).sort()).toEqual(Object.keys(matrix).sort());
  });
});
