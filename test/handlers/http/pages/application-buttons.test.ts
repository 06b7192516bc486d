import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import { Application } from '../../../../src/entities/application.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { type FilledApplication, fillApplication } from './application-rows.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let filled: FilledApplication;
beforeAll(async () => {
  stage = await makePageStage();
  filled = await fillApplication(stage, 1);
});
afterAll(() => stage.close());

async function press(person: Person | undefined, form: Record<string, string>, headers = {}) {
  const cookie = person ? `shipmate=${sessionOf(stage.deps, person.user)}` : '';
  const response = await fetch(`${stage.url}/applications/${filled.application.id}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', origin: stage.url, cookie, ...headers },
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}

const unset = { line: 'env unset shop/api PLAIN_0' };
const reread = () => stage.deps.database.asSystem().findOneOrFail(Application, filled.application.id);

async function keys(): Promise<string[]> {
  const { rows } = await executeSql<{ key: string }>(
    stage.deps.database.asSystem(),
    'select key from env_vars where application_id = $1 order by key',
    [filled.application.id],
  );
  return rows.map(({ key }) => key);
}

it('asks before it does what cannot be taken back, then runs the line as the person', async () => {
  const asked = await press(stage.ada, unset);
  expect(asked.text).toMatch(/Remove <code>PLAIN_0<\/code> from <code>shop\/api<\/code>\?[^]*name="confirmed"/);
  expect(await keys()).toContain('PLAIN_0');
  const done = await press(stage.ada, { ...unset, confirmed: 'yes' });
  expect(done.status).toBe(200);
  expect(done.text).toContain('Removed <code>PLAIN_0</code>.');
  expect(await keys()).not.toContain('PLAIN_0');
  const { rows } = await executeSql(
    stage.deps.database.asSystem(),
    `select user_id, details ->> 'application' as application from audit_logs where action = 'application.env_unset'`,
  );
  expect(rows).toEqual([{ user_id: stage.ada.user.id, application: 'shop/api' }]);
});

it('asks with a form for what a command needs, and keeps secrets out of the answer', async () => {
  const form = await press(stage.ada, { line: 'env set shop/api' });
  expect(form.text).toContain('name="field.app" value="shop/api"');
  const fields = { 'field.app': 'shop/api', 'field.variables': 'TOKEN', 'field.secret': 'very secret' };
  const done = await press(stage.ada, { line: 'env set shop/api', ...fields });
  expect(done.text).toContain('Stored the secret <code>TOKEN</code>.');
  expect(done.text).not.toContain('very secret');
  expect(await keys()).toContain('TOKEN');
});

it('fills the application into the form of a new domain', async () => {
  const { text } = await press(stage.ada, { line: 'domain add "" shop/api' });
  expect(text).toContain('name="field.domain" value=""');
  expect(text).toContain('name="field.app" value="shop/api"');
  const fields = { 'field.domain': 'new.example.com', 'field.app': 'shop/api', 'field.port': '' };
  const done = await press(stage.ada, { line: 'domain add "" shop/api', ...fields });
  expect(done.text).toContain('<code>new.example.com</code> points to <code>shop/api</code>.');
  expect(done.text).toContain('domain remove new.example.com');
});

it('shows what a command that reads answers, its table included', async () => {
  const { text } = await press(stage.ada, { line: 'app show shop/api' });
  expect(text).toMatch(/<th scope="col">Setting<\/th>[^]*<td>port<\/td><td>80<\/td>/);
});

it('leads to the deployment that it makes, and offers to cancel that one', async () => {
  const line = `rollback shop/api --live ${(await liveId()).slice(0, 8)}`;
  const made = await press(stage.ada, { line, confirmed: 'yes' });
  expect(made.status).toBe(303);
  const [, id = ''] = /^\/deployments\/([\da-f-]{36})$/.exec(made.location ?? '') ?? [];
  const cancel = `cancel shop/api --deployment ${id.slice(0, 8)}`;
  // While it is under way, nothing else is offered that would write the same service.
  const stale = await press(stage.ada, { line: 'stop shop/api', confirmed: 'yes' });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('no longer possible');
  const cancelled = await press(stage.ada, { line: cancel, confirmed: 'yes' });
  expect(cancelled.text).toContain(`Cancelling deployment ${id.slice(0, 8)}`);
});

it('runs nothing but what the page offers now', async () => {
  for (const line of ['app archive shop/api', 'env unset shop/api NOTHING', 'user list', 'start shop/api']) {
    const { status, text } = await press(stage.ada, { line, confirmed: 'yes' });
    expect(status).toBe(409);
    expect(text).toContain('no longer possible');
  }
  expect((await reread()).deletedAt).toBeNull();
});

it('refuses whoever may only look, in words', async () => {
  const [role, member] = [await makePerson(stage.deps, 'viewer'), await makePerson(stage.deps, 'developer')];
  await stage.share(role, 'member');
  const byRole = await press(role, { line: 'stop shop/api', confirmed: 'yes' });
  expect(byRole.status).toBe(403);
  expect(byRole.text).toContain('<code>stop</code> needs the role <code>developer</code>');
  await stage.share(member, 'viewer');
  const byTeam = await press(member, { line: 'stop shop/api', confirmed: 'yes' });
  expect(byTeam.status).toBe(403);
  expect(byTeam.text).toContain('This needs the role <code>member</code> in the team of <code>shop</code>');
  expect((await reread()).status).toBe('running');
});

it('does nothing for strangers, people of other teams and other sites', async () => {
  const form = { line: 'stop shop/api', confirmed: 'yes' };
  expect((await press(undefined, form)).status).toBe(401);
  expect((await press(await makePerson(stage.deps, 'developer'), form)).status).toBe(404);
  expect((await press(stage.ada, form, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await press(stage.ada, form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await reread()).status).toBe('running');
});

async function liveId(): Promise<string> {
  const { rows } = await executeSql<{ id: string }>(
    stage.deps.database.asSystem(),
    `select id from deployments where status = 'success' order by started_at desc limit 1`,
  );
  return rows[0]?.id ?? '';
}
