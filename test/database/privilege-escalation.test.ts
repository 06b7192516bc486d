import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { TeamMember } from '../../src/entities/team-member.ts';
import { Team } from '../../src/entities/team.ts';
import { User } from '../../src/entities/user.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeProject, makeTeam, makeUser } from '../support/factories.ts';
import { makeWorld, type World } from '../support/matrix.ts';

let db: TestDatabase;
let world: World;

beforeAll(async () => {
  db = await createTestDatabase();
  world = await makeWorld(db);
});
afterAll(() => db.close());

function run(user: User, sql: string, values: unknown[] = []): Promise<unknown[]> {
  return executeSql(db.database.asUser(user.id), `${sql} returning 1`, values).then(({ rows }) => rows);
}

const refused = 'row-level security';

describe('a person', () => {
  it('changes their own account but not their role', async () => {
    const user = await makeUser(db.database);
    expect(
      await run(user, `update users set preferences = preferences || '{"theme":"dark"}' where id = $1`, [user.id]),
    ).toHaveLength(1);
    await expect(run(user, `update users set role = 'super_admin' where id = $1`, [user.id])).rejects.toThrow(refused);
  });

  it('cannot write the audit log in the name of another, nor of nobody', async () => {
    const { stranger, owner } = world.users;
    const sql = `insert into audit_logs (user_id, action, resource_type) values ($1, 'x', 'user')`;
    await expect(executeSql(db.database.asUser(stranger.id), sql, [owner.id])).rejects.toThrow(refused);
    await expect(executeSql(db.database.asUser(stranger.id), sql, [null])).rejects.toThrow(refused);
  });

  it('reads in the audit log what they did, also to what they cannot see', async () => {
    const { stranger } = world.users;
    const em = db.database.asUser(stranger.id);
    await executeSql(em, `insert into audit_logs (user_id, action, resource_type) values ($1, 'mine', 'user')`, [
      stranger.id,
    ]);
    const { rows } = await executeSql(db.database.asUser(stranger.id), 'select action from audit_logs');
    expect(rows).toEqual([{ action: 'mine' }]);
  });

  it('cannot put a project into a team they do not belong to, or an application into a project they do not see', async () => {
    const { stranger } = world.users;
    const team = world.rows['teams'];
    await makeProject(db.database, { owner: stranger });
    await expect(run(stranger, 'update projects set team_id = $1', [team])).rejects.toThrow(refused);
    const sql = `insert into applications (id, project_id, name, type, source_type)
      values (gen_random_uuid(), $1, 'spy', 'docker', 'docker')`;
    await expect(run(stranger, sql, [world.rows['projects']])).rejects.toThrow(refused);
  });
});

describe('in a team', () => {
  it('an admin does not make themself owner of a project, nor of the team', async () => {
    const { teamAdmin } = world.users;
    const seize = run(teamAdmin, 'update projects set owner_id = $1 where id = $2', [
      teamAdmin.id,
      world.rows['projects'],
    ]);
    await expect(seize).rejects.toThrow(refused);
    const promote = run(teamAdmin, `update team_members set role = 'owner' where user_id = $1`, [teamAdmin.id]);
    await expect(promote).rejects.toThrow(refused);
    expect(await run(teamAdmin, `delete from team_members where role = 'owner'`)).toEqual([]);
  });

  it('an admin may still rename a project of the team', async () => {
    const { teamAdmin } = world.users;
    expect(
      await run(teamAdmin, `update projects set name = 'renamed' where id = $1`, [world.rows['projects']]),
    ).toHaveLength(1);
  });

  it('a stranger does not join as owner', async () => {
    const { stranger } = world.users;
    const sql = `insert into team_members (id, team_id, user_id, role) values (gen_random_uuid(), $1, $2, 'owner')`;
    await expect(executeSql(db.database.asUser(stranger.id), sql, [world.rows['teams'], stranger.id])).rejects.toThrow(
      refused,
    );
  });

  it('an admin of the installation founds a team and becomes its owner', async () => {
    const admin = await makeUser(db.database, { role: 'admin' });
    const team = await db.database.asUser(admin.id).transactional(async (em) => {
      const made = em.create(Team, { name: 'founded' });
      await em.flush();
      em.create(TeamMember, { team: made, user: em.getReference(User, admin.id), role: 'owner' });
      return made;
    });
    expect(await db.database.asUser(admin.id).count(Team, { id: team.id })).toBe(1);
  });

  it('two owners who leave at once do not both get away', async () => {
    const [first, second] = [await makeUser(db.database), await makeUser(db.database)];
    const team = await makeTeam(db.database, [
      [first, 'owner'],
      [second, 'owner'],
    ]);
    const leave = (user: User) => run(user, 'delete from team_members where user_id = $1', [user.id]);
    const results = await Promise.allSettled([leave(first), leave(second)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await db.database.asSystem().count(TeamMember, { team: team.id })).toBe(1);
  });
});

describe('policies', () => {
  it('leave the index on the application usable', async () => {
    const em = db.database.asUser(world.users.teamMember.id);
    const plan = await em.transactional(async (inner) => {
      await executeSql(inner, 'set local enable_seqscan = off');
      const sql = 'explain select id from deployments order by started_at desc';
      return (await executeSql<{ 'QUERY PLAN': string }>(inner, sql)).rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(/deployments_application_id_(started_at|commit_sha)_index/);
    expect(plan).toContain('Index Cond: (application_id = ANY ');
  });
});
