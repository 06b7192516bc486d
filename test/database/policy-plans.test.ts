import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import type { User } from '../../src/entities/user.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';

const teams = 1_000;
const projectsPerTeam = 100;

let db: TestDatabase;
let member: User;
let root: User;

/** 1,000 teams of 100 projects, with an application, a variable, a domain and a deployment in each. */
beforeAll(async () => {
  db = await createTestDatabase();
  member = await makeUser(db.database);
  root = await makeUser(db.database, { role: 'super_admin' });
  await onDatabase(db.url, (client) =>
    client.query(`
      -- What the rows refer to is there: nothing has to look.
      set session_replication_role = replica;
      insert into users (id, username, email, preferences)
        select md5('u' || n)::uuid, 'owner-' || n, n || '@example.test', '{"sso":"test"}' from generate_series(1, ${teams}) n;
      insert into teams (id, name) select md5('t' || n)::uuid, 'team-' || n from generate_series(1, ${teams}) n;
      insert into team_members (id, team_id, user_id, role)
        select gen_random_uuid(), md5('t' || n)::uuid, md5('u' || n)::uuid, 'owner' from generate_series(1, ${teams}) n;
      insert into team_members (id, team_id, user_id, role)
        select gen_random_uuid(), md5('t' || n)::uuid, '${member.id}', 'member' from generate_series(1, 3) n;
      insert into projects (id, owner_id, team_id, name)
        select md5('p' || t || '/' || n)::uuid, md5('u' || t)::uuid, md5('t' || t)::uuid, 'project-' || n
        from generate_series(1, ${teams}) t, generate_series(1, ${projectsPerTeam}) n;
      insert into applications (id, project_id, name, type, source_type)
        select md5('a' || id)::uuid, id, 'api', 'docker', 'docker' from projects;
      insert into env_vars (id, application_id, key, value) select gen_random_uuid(), id, 'A', 'b' from applications;
      -- Short names: the check of each costs by the letter.
      insert into domains (id, project_id, domain, target_type, target_id)
        select gen_random_uuid(), id, row_number() over () || '.x', 'application', id from projects;
      insert into deployments (id, application_id, started_at)
        select gen_random_uuid(), id, now() - interval '1 hour' from applications;
      analyze`),
  );
});
afterAll(() => db.close());

/** The plan of `sql` as PostgreSQL would really run it for `user`. */
async function plan(user: User, sql: string): Promise<string> {
  const { rows } = await executeSql<{ 'QUERY PLAN': string }>(db.database.asUser(user.id), `explain ${sql}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe(`policies at ${teams} teams of ${projectsPerTeam} projects`, () => {
  it.each([
    ['projects', 'select * from projects', /projects_owner_id_index[^]*projects_team_id_index/, 300],
    ['applications', 'select * from applications', /applications_project_id_(index|name_unique)/, 300],
    ['deployments', 'select * from deployments', /deployments_application_id_(started_at|commit_sha)_index/, 300],
    ['env_vars', 'select * from env_vars', /env_vars_application_id_(index|key_unique)/, 300],
    ['domains', 'select * from domains', /domains_project_id_index/, 300],
  ])('find the %s of a member of three teams by index', async (table, sql, index, expected) => {
    const explained = await plan(member, sql);
    expect(explained).toMatch(index);
    expect(explained).not.toMatch(new RegExp(`Seq Scan on ${table}\\b`));
    const { rows } = await executeSql(db.database.asUser(member.id), sql);
    expect(rows).toHaveLength(expected);
  });

  it('show a super_admin everything', async () => {
    const { rows } = await executeSql(db.database.asUser(root.id), 'select count(*)::int as projects from projects');
    expect(rows).toEqual([{ projects: teams * projectsPerTeam }]);
  });

  it('show a stranger nothing', async () => {
    const stranger = await makeUser(db.database);
    const { rows } = await executeSql(db.database.asUser(stranger.id), 'select id from projects');
    expect(rows).toEqual([]);
  });
});
