import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { violationOf } from '../../src/database/constraint-violation.ts';
import type { User } from '../../src/entities/user.ts';
import { makeStage, type Stage } from '../support/stage.ts';
import { makeDeployment, makeProject, makeTeam, makeUser, makeApplication } from '../support/factories.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

const lock = `insert into deploy_locks (id, application_id, locked_by, holder, reason)
  values (gen_random_uuid(), :application, :user, 'ada (slack)', 'r')`;
const freeze = (minutes: number) => `insert into freeze_windows (id, project_id, starts, duration_minutes, created_by)
  values (gen_random_uuid(), :project, '0 0 * * *', ${minutes}, :user)`;
const approval = `insert into approvals (id, deployment_id, requested_by, expires_at)
  values (gen_random_uuid(), :deployment, :user, now())`;
const other = '(select owner_id from projects)';
const decided = `update approvals set decision = 'approved', decided_at = now(), decided_by = ${other}`;
const gone = 'delete from teams; delete from users where id = :user';

describe('constraints', () => {
  it.each([
    ['deploy_locks_application_id_unique', `${lock}; ${lock}`],
    ['check_freeze_duration', freeze(0)],
    ['check_freeze_duration', freeze(44_641)],
    ['approvals_deployment_id_unique', `${approval}; ${approval}`],
    ['check_approval_decision', `${approval}; update approvals set decision = 'perhaps', decided_at = now()`],
    ['check_approval_decided', `${approval}; update approvals set decision = 'approved'`],
    ['check_approval_decided', `${approval}; update approvals set decided_at = now()`],
    [
      'check_approval_other_person',
      `${approval}; update approvals set decision = 'approved', decided_at = now(), decided_by = :user`,
    ],
    ['approval_decided_once', `${approval}; update approvals set requested_by = ${other}`],
    ['approval_decided_once', `${approval}; update approvals set requested_by = null`],
    ['approval_decided_once', `${approval}; update approvals set expires_at = now() + interval '1 day'`],
    ['approval_decided_once', `${approval}; ${decided}; update approvals set decision = 'denied'`],
    ['approval_decided_once', `${approval}; ${decided}; update approvals set decision = null, decided_at = null`],
    ['approval_decided_once', `${approval}; ${decided}; update approvals set decided_by = null`],
  ])('%s refuses: %s', async (constraint, sql) => {
    expect(await stage.attempt(sql)).toBe(constraint);
  });

  it.each([
    ['a decision by another person', `${approval}; ${decided}`],
    ['a freeze of a minute and one of 31 days', `${freeze(1)}; ${freeze(44_640)}`],
  ])('accept %s', async (_what, sql) => {
    expect(await stage.attempt(sql)).toBe('accepted');
  });
});

describe('deleting', () => {
  it.each([
    [
      'a user keeps their lock',
      `${lock}; ${gone}`,
      'select locked_by, holder from deploy_locks',
      { locked_by: null, holder: 'ada (slack)' },
    ],
    [
      'a user keeps their freeze',
      `${freeze(1)}; ${gone}`,
      'select created_by from freeze_windows',
      { created_by: null },
    ],
    [
      'a user keeps what they asked for',
      `${approval}; ${decided}; ${gone}`,
      'select requested_by, decision from approvals',
      { requested_by: null, decision: 'approved' },
    ],
  ])('%s', async (_what, sql, query, row) => {
    expect(await stage.after(sql, query)).toEqual([row]);
  });

  it('a project takes all of it along', async () => {
    const sql = `${lock}; ${freeze(1)}; ${approval}; delete from projects`;
    const query = `select (select count(*)::int from deploy_locks) + (select count(*)::int from freeze_windows)
      + (select count(*)::int from approvals) as rows`;
    expect(await stage.after(sql, query)).toEqual([{ rows: 0 }]);
  });
});

describe('an approval', () => {
  let people: Record<'member' | 'admin' | 'platformAdmin', User>;
  beforeAll(async () => {
    const { database } = stage.db;
    people = {
      member: await makeUser(database),
      admin: await makeUser(database),
      platformAdmin: await makeUser(database, { role: 'admin' }),
    };
  });

  /** Who may set the decision as whom, of a deployment that `requestedBy` asked for. */
  async function decides(user: User, as: User, requestedBy: User): Promise<string> {
    const { database } = stage.db;
    const owner = await makeUser(database);
    const team = await makeTeam(database, [
      [owner, 'owner'],
      [people.admin, 'admin'],
      [people.member, 'member'],
      [people.platformAdmin, 'member'],
    ]);
    const application = await makeApplication(database, { project: await makeProject(database, { owner, team }) });
    const { id } = await makeDeployment(database, { application });
    await executeSql(
      database.asSystem(),
      'insert into approvals (id, deployment_id, requested_by, expires_at) values (gen_random_uuid(), $1, $2, now())',
      [id, requestedBy.id],
    );
    const sql = `update approvals set decision = 'approved', decided_at = now(), decided_by = $2
      where deployment_id = $1 returning id`;
    try {
      const { rows } = await database.asUser(user.id).transactional(async (em) => executeSql(em, sql, [id, as.id]));
      return rows.length > 0 ? 'decided' : 'not reached';
    } catch (error) {
      return violationOf(error)?.kind === undefined ? 'refused' : JSON.stringify(violationOf(error));
    }
  }

  it('is for admins, in their own name, and not of what they asked for', async () => {
    const { admin, member, platformAdmin } = people;
    expect(await decides(admin, admin, member)).toBe('decided');
    expect(await decides(platformAdmin, platformAdmin, member)).toBe('decided');
    expect(await decides(member, member, admin)).toBe('not reached');
    expect(await decides(admin, platformAdmin, member)).toBe('refused');
    expect(await decides(admin, admin, admin)).toContain('check_approval_other_person');
  });
});
