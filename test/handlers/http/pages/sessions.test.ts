import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditLog } from '../../../../src/entities/audit-log.ts';
import { type Person, makePerson } from '../../../support/person.ts';
import { until } from '../../../support/until.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let root: Person;
beforeAll(async () => {
  stage = await makePageStage();
  root = await makePerson(stage.deps, 'super_admin');
});
afterAll(() => stage.close());

function post(path: string, form: Record<string, string>, cookie = ''): Promise<Response> {
  return fetch(stage.url + path, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', origin: stage.url, cookie },
    redirect: 'manual',
  });
}

/** A browser that has used a link of `open`: its cookie. */
async function signIn(person: Person): Promise<string> {
  const answer = await post('/sign-in', { code: await linkCode(person) });
  expect(answer.status).toBe(303);
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function linkCode(person: Person): Promise<string> {
  return new URL(await stage.signInLink(person), stage.url).searchParams.get('code') ?? '';
}

async function statusOf(cookie: string): Promise<number> {
  return (await fetch(`${stage.url}/`, { headers: { accept: 'text/html', cookie } })).status;
}

const password = 'correct horse battery';
const endings: [what: string, end: (person: Person, cookie: string) => Promise<unknown>][] = [
  ['signing out in one of its browsers', (_person, cookie) => post('/sign-out', {}, cookie)],
  ['revoking a token', (person) => person.type('token revoke browser')],
  ['a new password', (person) => person.type('user password --password', { password })],
  ['another role', (person) => root.type(`user role ${person.user.username} viewer`)],
];

describe.each(endings)('%s', (_what, end) => {
  it('ends every session, unused link and code of the person, and of nobody else', async () => {
    const [person, other] = [await makePerson(stage.deps, 'developer'), await makePerson(stage.deps, 'developer')];
    await person.type('token create browser');
    const [first, second, others] = [await signIn(person), await signIn(person), await signIn(other)];
    const link = await linkCode(person);
    const { code } = (await person.type('link')).data as { code: string };
    const invite = (await root.type('link --invite viewer')).data as { code: string };

    await end(person, first);

    expect(await statusOf(first)).toBe(401);
    expect(await statusOf(second)).toBe(401);
    expect(await statusOf(others)).toBe(200);
    const looked = await fetch(`${stage.url}/sign-in?code=${link}`, { headers: { accept: 'text/html' } });
    expect(looked.status).toBe(401);
    expect((await post('/sign-in', { code: link })).status).toBe(401);
    const linked = await linkAs(code);
    expect(linked).toMatchObject({
      status: 422,
      detail: expect.stringContaining('This code is wrong, already used or expired'),
    });
    expect(await linkAs(invite.code)).toMatchObject({ status: 200 });
    expect(await statusOf(await signIn(person))).toBe(200);
  });
});

async function linkAs(code: string): Promise<{ status: number; detail?: string }> {
  const response = await fetch(`${stage.url}/api/commands`, {
    method: 'POST',
    body: JSON.stringify({ line: `link ${code}` }),
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, ...((await response.json()) as { detail?: string }) };
}

it('signing out is recorded once, and a session that is over ends no others', async () => {
  const person = await makePerson(stage.deps, 'viewer');
  const old = await signIn(person);
  await post('/sign-out', {}, old);
  const fresh = await signIn(person);
  await post('/sign-out', {}, old);
  expect(await statusOf(fresh)).toBe(200);
  const count = { action: 'user.sign_out', user: person.user.id };
  expect(await stage.deps.database.asSystem().count(AuditLog, count)).toBe(1);
});

it.each([
  ['became a developer', () => root.type(`user role ${admin.user.username} developer`)],
  ['is gone', () => root.type(`user delete ${admin.user.username}`)],
] as const)('an invitation of an admin who %s is worth nothing', async (_what, fall) => {
  admin = await makePerson(stage.deps, 'admin');
  const { code } = (await admin.type('link --invite developer')).data as { code: string };
  expect((await fall()).tone).toBe('success');
  expect(await linkAs(code)).toMatchObject({ status: 422, detail: expect.stringContaining('This code is wrong') });
});
let admin: Person;

it('an open page is told nothing more once its session has ended', async () => {
  const deployment = await stage.deploy();
  const cookie = await signIn(stage.ada);
  const response = await fetch(`${stage.url}/deployments/${deployment.id}/events`, { headers: { cookie } });
  expect(response.status).toBe(200);
  let heard = '';
  const ended = (async () => {
    for await (const chunk of response.body ?? []) heard += Buffer.from(chunk).toString();
  })();
  await until('the state', () => heard.includes('event: state'));
  await post('/sign-out', {}, cookie);
  await stage.write(deployment, ['not for them']);
  await ended;
  expect(heard).toContain('event: end');
  expect(heard).not.toContain('not for them');
});
