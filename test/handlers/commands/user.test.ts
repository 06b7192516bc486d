import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { consoleOrigin, fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const password = 'correct horse battery';
let db: TestDatabase;
let deps: Deps;
let root: Person;
let admin: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  root = await makePerson(deps, 'super_admin');
  admin = await makePerson(deps, 'admin');
});
afterAll(() => db.close());

async function say(person: Person, line: string, secrets?: Record<string, string>): Promise<string> {
  const { text, title } = await person.type(line, secrets);
  return text ?? title ?? '';
}

async function signIn(account: string, username: string, secret: string): Promise<string> {
  const { dispatch } = createDispatcher(deps, commands);
  const reply = await dispatch(
    { line: `login ${username} --password`, secrets: { password: secret } },
    consoleOrigin(account),
  );
  return reply.text ?? '';
}

describe('a user with a password', () => {
  it('is made by an admin, signs in, and is known afterwards', async () => {
    const made = await say(admin, 'user create linus linus@example.com --role developer --password', { password });
    expect(made).toContain('signs in with `login linus --password`');
    expect(await signIn('terminal-1', 'linus', 'wrong password!')).toBe('The username or password is wrong.');
    expect(await signIn('terminal-1', 'nobody', password)).toBe('The username or password is wrong.');
    expect(await signIn('terminal-1', 'linus', password)).toContain('Welcome, `linus`.');
    expect(await signIn('terminal-1', 'linus', password)).toBe('You are already signed in as `linus`.');
  });

  it('is kept as bcrypt of cost 12, which persons cannot read', async () => {
    await say(admin, 'user create edsger edsger@example.com --password', { password });
    const sql = `select password_hash from users where username = 'edsger'`;
    const [row] = (await executeSql(db.database.asSystem(), sql)).rows;
    expect(row?.['password_hash']).toMatch(/^\$2[ab]\$12\$.{53}$/);
    await expect(executeSql(db.database.asUser(root.user.id), sql)).rejects.toThrow('permission denied');
  });

  it('leaves no trace of the password in replies and the audit log', async () => {
    await say(root, 'user password --password', { password: 'another long secret' });
    const { rows } = await executeSql(db.database.asSystem(), 'select details::text from audit_logs');
    expect(JSON.stringify(rows)).not.toMatch(/another long secret|correct horse|\$2b/);
  });

  it('has to wait after five wrong passwords', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn('thief', 'linus', `guess number ${attempt}`);
    expect(await signIn('thief', 'linus', password)).toBe('Too many wrong passwords. Try again in 10 minutes.');
  });

  it('changes their own password, and the old one no longer counts', async () => {
    const person = await makePerson(deps, 'viewer');
    await say(person, 'user password --password', { password });
    expect(await say(person, 'user password --password', { password: `${password} staple` })).toContain('is set');
    expect(await signIn('terminal-2', person.user.username, password)).toContain('wrong');
    expect(await signIn('terminal-2', person.user.username, `${password} staple`)).toContain('Welcome');
  });
});

describe('roles', () => {
  it('are changed by a super_admin, and recorded with what they were', async () => {
    const person = await makePerson(deps, 'viewer');
    expect(await say(admin, `user role ${person.user.username} admin`)).toContain('needs the role `super_admin`');
    expect(await say(root, `user role ${person.user.username} developer`)).toContain('is now `developer`');
    const sql = `select details from audit_logs where action = 'user.role' and resource_id = $1`;
    expect((await executeSql(db.database.asSystem(), sql, [person.user.id])).rows).toEqual([
      { details: { username: person.user.username, before: { role: 'viewer' }, after: { role: 'developer' } } },
    ]);
  });

  it('leave a super_admin at all times', async () => {
    const sentence = 'is the last super_admin. Make another first: `user role <user> super_admin`.';
    expect(await say(root, `user role ${root.user.username} viewer`)).toContain(sentence);
    const other = await makePerson(deps, 'super_admin');
    const answers = await Promise.all([
      say(root, `user role ${other.user.username} viewer`),
      say(other, `user role ${root.user.username} viewer`),
    ]);
    expect(answers.filter((answer) => answer.includes('is now `viewer`'))).toHaveLength(1);
    const left = `select id from users where role = 'super_admin'`;
    const { rows } = await executeSql(db.database.asSystem(), left);
    expect(rows).toHaveLength(1);
    // The tests that follow need this one.
    await executeSql(db.database.asSystem(), `update users set role = 'super_admin' where id = $1`, [root.user.id]);
  });
});

describe('deleting a user', () => {
  it('waits for their projects to be handed over, and keeps what they did on record', async () => {
    const owner = await makePerson(deps, 'admin');
    await say(owner, 'project create legacy');
    const name = owner.user.username;
    expect(await say(root, `user delete ${name}`)).toContain('Transfer first: `project transfer legacy <user>`.');
    await say(root, `project transfer legacy ${admin.user.username}`);
    await say(owner, `team create founders`);
    expect(await say(root, `user delete ${name}`)).toContain('is the last owner of `founders`.');
    await say(owner, `team delete founders`);
    expect(await say(root, `user delete ${name}`)).toBe(`\`${name}\` is deleted.`);
    const sql = `select user_id from audit_logs where action = 'project.create' and details ->> 'name' = 'legacy'`;
    expect((await executeSql(db.database.asSystem(), sql)).rows).toEqual([{ user_id: null }]);
  });

  it('is not for oneself', async () => {
    expect(await say(root, `user delete ${root.user.username}`)).toContain('You cannot delete yourself.');
  });
});

describe('what a user cannot be', () => {
  it.each([
    ['a name with capitals', 'user create Ada! ada@example.com --password', '`Ada!` is not a valid username'],
    ['no address', 'user create ada-1 ada.example.com --password', 'is not an e-mail address. Example:'],
    ['an unknown role', 'user create ada-1 a@example.com --role king --password', '`king` is not one of'],
    [
      'more than who makes them',
      'user create ada-1 a@example.com --role admin --password',
      'needs the role `super_admin`',
    ],
    [
      'made without a password',
      'user create ada-1 a@example.com',
      'Add `--password`, and you are asked for it in private.',
    ],
  ])('%s', async (_what, line, sentence) => {
    expect(await say(admin, line, line.endsWith('--password') ? { password } : undefined)).toContain(sentence);
  });

  it.each([
    ['short', 'at least 12 characters'],
    ['ü'.repeat(37), 'at most 72 bytes'],
  ])('given the password %s', async (bad, sentence) => {
    const line = 'user create ada-1 a@example.com --password';
    expect(await say(admin, line, { password: bad })).toContain(sentence);
  });

  it('a second one of the same name or address', async () => {
    await say(admin, 'user create barbara barbara@example.com --password', { password });
    const create = (rest: string) => say(admin, `user create ${rest} --password`, { password });
    expect(await create('barbara b@example.com')).toContain('The username `barbara` is taken.');
    expect(await create('barbara-2 barbara@example.com')).toContain('belongs to another user');
  });
});
