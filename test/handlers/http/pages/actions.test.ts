import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makeApplication } from '../../../support/factories.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { commit, makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
beforeAll(async () => {
  stage = await makePageStage();
});
afterAll(() => stage.close());

function press(person: Person | undefined, { id }: Deployment, form: Record<string, string>, headers = {}) {
  const cookie = person ? `shipmate=${sessionOf(stage.deps, person.user)}` : '';
  return fetch(`${stage.url}/deployments/${id}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', origin: stage.url, cookie, ...headers },
    redirect: 'manual',
  });
}

/** The line of its button. */
function cancelling({ id }: Deployment): string {
  return `cancel shop/api --deployment ${id.slice(0, 8)}`;
}

async function reread({ id }: Deployment): Promise<Deployment> {
  return stage.deps.database.asSystem().findOneOrFail(Deployment, id);
}

it('runs the line of a button as the person, and shows what came of it', async () => {
  const deployment = await stage.deploy();
  const answer = await press(stage.ada, deployment, { line: cancelling(deployment), confirmed: 'yes' });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/Cancelling deployment/);
  const by = `${stage.ada.user.username} (http)`;
  expect(await reread(deployment)).toMatchObject({ status: 'failed', metadata: { cancel_requested_by: by } });
});

it('has the browser forget the press before it shows the answer, so that a reload only reads', async () => {
  const deployment = await stage.deploy();
  const forgets = /<head>[^]*<script src="\/assets\/answered\.js[^"]*"><\/script>[^]*<\/head>/;
  const answer = await press(stage.ada, deployment, { line: cancelling(deployment), confirmed: 'yes' });
  expect(await answer.text()).toMatch(forgets);
  const page = await fetch(`${stage.url}${stage.link(deployment)}`, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(await page.text()).not.toMatch(forgets);
});

it('leads to the deployment that an action makes', async () => {
  await stage.deploy({
    status: 'success',
    startedAt: new Date(Date.now() - 7_200_000),
    metadata: { ...commit, image: 'api:1' },
    completedAt: new Date(Date.now() - 7_000_000),
  });
  const live = await stage.deploy({
    status: 'success',
    metadata: { ...commit, image: 'api:2' },
    completedAt: new Date(),
  });
  const answer = await press(stage.ada, live, {
    line: `rollback shop/api --live ${live.id.slice(0, 8)}`,
    confirmed: 'yes',
  });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toMatch(/^\/deployments\/[\da-f-]{36}$/);
  expect(answer.headers.get('location')).not.toContain(live.id);
});

it('refuses whoever may only look, and tells them who may grant more', async () => {
  const viewer = await makePerson(stage.deps, 'viewer');
  const deployment = await stage.deploy();
  await stage.share(viewer, 'viewer');
  const answer = await press(viewer, deployment, { line: cancelling(deployment), confirmed: 'yes' });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('<code>cancel</code> needs the role <code>developer</code>');
  expect((await reread(deployment)).status).toBe('pending');
});

it('asks for what an action needs first: a word of assent, or its form', async () => {
  const waiting = await stage.deploy();
  const question = await press(stage.ada, waiting, { line: cancelling(waiting) });
  expect(await question.text()).toMatch(/Cancel the deployment of <code>shop\/api<\/code>\?[^]*name="confirmed"/);
  expect((await reread(waiting)).status).toBe('pending');

  const lea = await makePerson(stage.deps, 'developer');
  await stage.share(lea, 'member');
  await makeApplication(stage.deps.database, {
    name: 'web',
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image: 'nginx:1', protected: true },
    project: waiting.application.project,
  });
  const { deploymentId = '' } = await lea.type('deploy shop/web');
  const held = await stage.deps.database.asSystem().findOneOrFail(Deployment, deploymentId);
  const line = `deny ${deploymentId.slice(0, 8)}`;
  const form = await (await press(stage.ada, held, { line })).text();
  expect(form).toContain(`name="field.deployment" value="${deploymentId.slice(0, 8)}"`);
  expect(form).toContain('name="field.reason"');
  const fields = { 'field.deployment': deploymentId.slice(0, 8), 'field.reason': 'not on a -- Friday' };
  const answer = await press(stage.ada, held, { line, confirmed: 'yes', ...fields });
  expect(await answer.text()).toContain('Denied:');
  expect((await reread(held)).metadata.error).toContain('not on a -- Friday');
});

it('runs nothing but what the page offers now', async () => {
  const deployment = await stage.deploy({ status: 'success' });
  for (const line of ['cancel shop/api', 'app archive shop/api', 'help']) {
    const answer = await press(stage.ada, deployment, { line, confirmed: 'yes' });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('no longer possible');
  }
});

it('does nothing for strangers, holders of a link and other sites', async () => {
  const deployment = await stage.deploy();
  const form = { line: cancelling(deployment), confirmed: 'yes' };
  const query = stage.link(deployment).split('?')[1];
  expect((await press(undefined, deployment, form)).status).toBe(401);
  const holder = await fetch(`${stage.url}/deployments/${deployment.id}?${query}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', origin: stage.url },
  });
  expect(holder.status).toBe(401);
  expect(await holder.text()).toContain('Sign in to act on it');
  expect((await press(stage.ada, deployment, form, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await reread(deployment)).status).toBe('pending');
});

it.each([
  ['without its line', { confirmed: 'yes' }],
  ['with a field that is too long', { line: 'cancel shop/api', 'field.reason': 'x'.repeat(100_001) }],
])('refuses a form %s, in a sentence', async (_, form: Record<string, string>) => {
  const answer = await press(stage.ada, await stage.deploy(), form);
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('The form is incomplete, or a field is too long. Open the page again.');
});
