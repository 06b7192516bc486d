import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
  await stage.db.database.asSystem().transactional(async (em) => {
    await em.execute(`
      insert into deployment_logs (deployment_id, level, message) select id, 'info', 'hello' from deployments;
      insert into env_vars (id, application_id, key, value) select gen_random_uuid(), id, 'A', 'b' from applications;
      insert into databases (id, project_id, name, type, version)
        select gen_random_uuid(), id, 'main', 'redis', '7' from projects;
      insert into backups (id, database_id, type) select gen_random_uuid(), id, 'full' from databases;
      insert into domains (id, project_id, domain, target_type, target_id, port, allowed)
        select gen_random_uuid(), id, 'a.example', 'database', id, 5432, '["203.0.113.0/24"]' from projects;
      insert into certificates (id, domain_id, issuer, certificate, private_key, expires_at)
        select gen_random_uuid(), id, 'CA', 'PEM', 'v1.', now() + interval '1 day' from domains;
    `);
  });
});
afterAll(() => stage.close());

const volume = (owner: string) => `
  insert into volumes (id, name, mount_path, size_gb, ${owner}_id)
  select gen_random_uuid(), 'v', '/v', 1, id from ${owner}s`;

describe('deleting', () => {
  it.each([
    ['a user', 'the projects they own', 'projects', 'delete from users where id = (select owner_id from projects)'],
    ['a user', 'their memberships', 'team_members', 'delete from teams; delete from users where id = :user'],
    ['a team', 'its memberships', 'team_members', 'delete from teams'],
    ['a project', 'its applications', 'applications', 'delete from projects'],
    ['a project', 'its databases', 'databases', 'delete from projects'],
    ['a project', 'its domains', 'domains', 'delete from projects'],
    ['an application', 'its git source', 'git_sources', 'delete from applications'],
    ['an application', 'its deployments', 'deployments', 'delete from applications'],
    ['an application', 'its variables', 'env_vars', 'delete from applications'],
    ['a database', 'its backups', 'backups', 'delete from databases'],
    ['a deployment', 'its log', 'deployment_logs', 'delete from deployments'],
    ['a domain', 'its certificates', 'certificates', 'delete from domains'],
  ])('%s takes %s along', async (_parent, _children, table, sql) => {
    const count = `select count(*)::int as rows from ${table}`;
    expect(await stage.after('select 1', count)).not.toEqual([{ rows: 0 }]);
    expect(await stage.after(sql, count)).toEqual([{ rows: 0 }]);
  });

  it('a user keeps the deployments they triggered', async () => {
    const sql = 'update deployments set triggered_by = :user; delete from teams; delete from users where id = :user';
    expect(await stage.after(sql, 'select triggered_by from deployments')).toEqual([{ triggered_by: null }]);
  });

  it('a user keeps the audit trail', async () => {
    const sql = `insert into audit_logs (user_id, action, resource_type) values (:user, 'x', 'user');
      delete from teams; delete from users where id = :user`;
    expect(await stage.after(sql, 'select user_id, action from audit_logs')).toEqual([{ user_id: null, action: 'x' }]);
  });

  it('a team keeps its projects', async () => {
    const sql = 'update projects set team_id = :team; delete from teams';
    expect(await stage.after(sql, 'select team_id from projects')).toEqual([{ team_id: null }]);
  });

  it.each([
    ['an application', 'application', 'delete from applications'],
    ['a database', 'database', 'delete from databases'],
    ['the project of an application', 'application', 'delete from projects'],
  ])('%s is refused while it has a volume', async (_what, owner, sql) => {
    expect(await stage.attempt(`${volume(owner)}; ${sql}`)).toBe(`volumes_${owner}_id_foreign`);
    expect(await stage.attempt(`${volume(owner)}; delete from volumes; ${sql}`)).toBe('accepted');
  });
});

describe('an application and a user', () => {
  it('have one git source and one membership of each team', async () => {
    const source = `insert into git_sources (id, application_id, provider, repository, branch)
      values (gen_random_uuid(), :application, 'gitlab', 'a/b', 'main')`;
    expect(await stage.attempt(source)).toBe('git_sources_application_id_unique');
    const member = `insert into team_members (id, user_id, team_id, role) values (gen_random_uuid(), :user, :team, 'viewer')`;
    expect(await stage.attempt(member)).toBe('team_members_user_id_team_id_unique');
  });
});
