import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let admin: Person;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  const deps = fakeDeps(db.database);
  admin = await makePerson(deps, 'admin');
  ada = await makePerson(deps, 'developer');
  grace = await makePerson(deps, 'viewer');
});
afterAll(() => db.close());

async function say(person: Person, line: string): Promise<string> {
  const { text, title } = await person.type(line);
  return text ?? title ?? '';
}

async function lastAudit(): Promise<Record<string, unknown> | undefined> {
  const sql = 'select action, user_id, details from audit_logs order by id desc limit 1';
  return (await executeSql(db.database.asSystem(), sql)).rows[0];
}

let team: string;
let number = 0;
beforeEach(async () => {
  team = `team-${(number += 1)}`;
  await admin.type(`team create ${team}`);
});

describe('a team', () => {
  it('is founded with its founder as owner, seen by its members only', async () => {
    expect(await lastAudit()).toMatchObject({ action: 'team.create', user_id: admin.user.id });
    expect((await admin.type(`team show ${team}`)).table?.rows).toEqual([[admin.user.username, 'owner']]);
    expect(await say(ada, `team show ${team}`)).toContain(`There is no team \`${team}\` that you see.`);
    expect(await say(ada, 'team list')).toContain('You are not in a team.');
  });

  it('takes people in with a role and changes it, and every step is recorded', async () => {
    expect(await say(admin, `team invite ${team} ${ada.user.username}`)).toContain(`in \`${team}\` as \`member\``);
    expect(await say(admin, `team role ${team} ${ada.user.username} admin`)).toContain('is now `admin`');
    expect(await lastAudit()).toMatchObject({
      action: 'team.role',
      details: { member: ada.user.username, before: { role: 'member' }, after: { role: 'admin' } },
    });
    expect(await say(ada, `team invite ${team} ${grace.user.username} --role viewer`)).toContain('as `viewer`');
    expect((await ada.type(`team show ${team}`)).table?.rows.map(([, role]) => role)).toEqual([
      'owner',
      'admin',
      'viewer',
    ]);
    expect(await say(admin, `team remove ${team} ${grace.user.username}`)).toContain(`no longer in \`${team}\``);
    expect(await say(ada, `team leave ${team}`)).toContain(`You are no longer in \`${team}\``);
    expect(await lastAudit()).toMatchObject({ action: 'team.leave', details: { before: { role: 'admin' } } });
  });

  it('never loses its last owner, and says what to do first', async () => {
    const sentence = `is the last owner of \`${team}\`. Make somebody else owner first: \`team role ${team} <user> owner\``;
    expect(await say(admin, `team leave ${team}`)).toContain(sentence);
    expect(await say(admin, `team role ${team} ${admin.user.username} viewer`)).toContain(sentence);
    expect(await say(admin, `team remove ${team} ${admin.user.username}`)).toContain(sentence);
  });

  it('keeps one of two owners who leave at the same moment', async () => {
    await admin.type(`team invite ${team} ${ada.user.username} --role owner`);
    const answers = await Promise.all([say(admin, `team leave ${team}`), say(ada, `team leave ${team}`)]);
    expect(answers.filter((answer) => answer.includes('no longer'))).toHaveLength(1);
    expect(answers.filter((answer) => /owner/.test(answer))).toHaveLength(1);
  });

  it('lets admins manage everyone but owners, and members nobody', async () => {
    await admin.type(`team invite ${team} ${ada.user.username} --role admin`);
    await admin.type(`team invite ${team} ${grace.user.username}`);
    expect(await say(ada, `team role ${team} ${admin.user.username} viewer`)).toContain(`Only an owner of \`${team}\``);
    expect(await say(ada, `team role ${team} ${ada.user.username} owner`)).toContain(`Only an owner of \`${team}\``);
    const refused = await say(grace, `team remove ${team} ${ada.user.username}`);
    expect(refused).toContain('This needs the role `admin`');
    expect(refused).toContain('yours is `member`');
  });

  it.each([
    ['a name too short', 'team create ab', 'cannot name a team'],
    ['a role there is not', 'team role TEAM ADA boss', '`boss` is not one of `owner`'],
    ['somebody unknown', 'team invite TEAM nobody-here', 'There is no user `nobody-here`. To invite somebody new'],
    ['somebody not in it', 'team remove TEAM ADA', 'is not in `TEAM`. Add them with `team invite TEAM ADA`.'],
    ['a name that is taken', 'team create TEAM', 'The team name `TEAM` is taken'],
  ])('refuses %s with the next step', async (_what, line, sentence) => {
    const fill = (text: string) => text.replaceAll('TEAM', team).replaceAll('ADA', ada.user.username);
    expect(await say(admin, fill(line))).toContain(fill(sentence));
  });

  it('refuses somebody who is in it already', async () => {
    await admin.type(`team invite ${team} ${ada.user.username}`);
    expect(await say(admin, `team invite ${team} ${ada.user.username}`)).toContain('is already in');
  });

  it('leaves its projects to their owners when it is deleted', async () => {
    await admin.type(`project create shop-${number} --team ${team}`);
    await admin.type(`team invite ${team} ${ada.user.username}`);
    expect((await ada.type('project list')).table?.rows.flat()).toContain(`shop-${number}`);
    expect(await say(ada, `team delete ${team}`)).toContain('This needs the role `owner`');
    expect(await say(admin, `team delete ${team}`)).toContain(
      `Only their owners see these projects now: \`shop-${number}\``,
    );
    expect(await say(admin, `project show shop-${number}`)).toBe(`shop-${number}`);
    expect(await say(ada, `project show shop-${number}`)).toContain('There is no project');
  });
});

describe('a project', () => {
  it('is shared with a team and taken back by its owner', async () => {
    await admin.type(`project create site-${number}`);
    await admin.type(`team invite ${team} ${ada.user.username}`);
    expect(await say(admin, `project team site-${number} ${team}`)).toContain(`now shared with \`${team}\``);
    expect(await say(ada, `project team site-${number} none`)).toContain(`belongs to \`${admin.user.username}\``);
    expect(await say(admin, `project team site-${number} none`)).toContain(`\`${team}\` no longer sees it.`);
    expect(await lastAudit()).toMatchObject({
      action: 'project.team',
      details: { before: { team }, after: { team: null } },
    });
  });

  it('is handed over by its owner, and is then somebody else’s', async () => {
    await admin.type(`project create gift-${number}`);
    expect(await say(admin, `project transfer gift-${number} ${admin.user.username}`)).toContain('already');
    const given = await say(admin, `project transfer gift-${number} ${ada.user.username}`);
    expect(given).toBe(`\`gift-${number}\` now belongs to \`${ada.user.username}\`.`);
    expect(await lastAudit()).toMatchObject({
      action: 'project.transfer',
      details: { before: { owner: admin.user.username }, after: { owner: ada.user.username } },
    });
    expect(await say(admin, `project show gift-${number}`)).toContain('There is no project');
    expect(await say(ada, `project show gift-${number}`)).toBe(`gift-${number}`);
  });
});
