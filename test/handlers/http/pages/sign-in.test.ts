import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { User } from '../../../../src/entities/user.ts';
import { createToken } from '../../../../src/usecases/people/api-tokens.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { executeSql } from '../../../../src/database/database.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
beforeAll(async () => {
  stage = await makePageStage();
});
afterAll(() => stage.close());

function send(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(stage.url + path, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', origin: stage.url, ...headers },
    redirect: 'manual',
  });
}

function overview(cookie: string): Promise<Response> {
  return fetch(`${stage.url}/`, { headers: { accept: 'text/html', cookie } });
}

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function linkOf(person: Person, line?: string): Promise<{ code: string; to: string }> {
  const query = new URL(await stage.signInLink(person, line), stage.url).searchParams;
  return { code: query.get('code') ?? '', to: query.get('to') ?? '' };
}

it('`open` signs a browser in once; looking at the link does not use it', async () => {
  const link = await stage.signInLink(stage.ada);
  for (const _look of [1, 2]) {
    const page = await fetch(stage.url + link);
    expect(await page.text()).toContain(`Sign in as ${stage.ada.user.username}`);
    expect(page.headers.getSetCookie()).toEqual([]);
  }
  const form = await linkOf(stage.ada);
  const answer = await send('/sign-in', form);
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/');
  expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/);
  expect(await (await overview(cookieOf(answer))).text()).toContain(stage.ada.user.username);
  const again = await send('/sign-in', form);
  expect(again.status).toBe(401);
  expect(await again.text()).toContain('Run <code>open</code> in chat for a new one.');
});

it('only one of many browsers that use a link at once gets in', async () => {
  const form = await linkOf(stage.ada);
  const answers = await Promise.all(Array.from({ length: 5 }, () => send('/sign-in', form)));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401, 401, 401]);
});

it('`open <app>` leads to the newest deployment, and nowhere else', async () => {
  const deployment = await stage.deploy();
  const form = await linkOf(stage.ada, 'open shop/api');
  expect(form.to).toBe(`/deployments/${deployment.id}`);
  expect((await send('/sign-in', form)).headers.get('location')).toBe(form.to);
  for (const to of ['https://evil.example/', '//evil.example', '/deployments/../x']) {
    const next = await linkOf(stage.ada);
    expect((await send('/sign-in', { ...next, to })).headers.get('location')).toBe('/');
  }
});

it('a link dies after 10 minutes, and links no chat account', async () => {
  const form = await linkOf(stage.ada);
  const { code } = await linkOf(stage.ada);
  await executeSql(
    stage.deps.database.asSystem(),
    "update link_codes set expires_at = expires_at - interval '10 minutes'",
  );
  expect((await send('/sign-in', form)).status).toBe(401);
  const stranger = await fetch(`${stage.url}/api/commands`, {
    method: 'POST',
    body: JSON.stringify({ line: `link ${code}` }),
    headers: { 'content-type': 'application/json' },
  });
  expect(stranger.status).toBe(422);
});

it('takes an API token, until it is revoked', async () => {
  const person = await makePerson(stage.deps, 'viewer');
  const token = await createToken(stage.deps, { user: person.user, name: 'browser', origin: person.origin });
  expect((await overview(cookieOf(await send('/sign-in', { token: ` ${token} ` })))).status).toBe(200);
  await person.type('token revoke browser');
  expect((await send('/sign-in', { token })).status).toBe(401);
});

it('takes forms of its own pages alone', async () => {
  const form = await linkOf(stage.ada);
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: stage.url, 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await send('/sign-in', form, headers as Record<string, string>)).status).toBe(403);
    expect((await send('/sign-out', {}, headers as Record<string, string>)).status).toBe(403);
  }
  expect((await send('/sign-in', form)).status).toBe(303);
});

it('signs out', async () => {
  const answer = await send('/sign-out', {});
  expect(answer.headers.getSetCookie()[0]).toMatch(/^shipmate=; .*Expires=Thu, 01 Jan 1970/);
});

it('does not know a session that is forged, over or of a user who is gone', async () => {
  const person = await makePerson(stage.deps, 'viewer');
  const session = sessionOf(stage.deps, person.user);
  const old = sessionOf(stage.deps, person.user, new Date(Date.now() - 13 * 3_600_000));
  const forged = session.replace(person.user.id, stage.ada.user.id);
  expect((await overview(`other=1; shipmate=${session}`)).status).toBe(200);
  expect((await overview(`shipmate=${old}`)).status).toBe(401);
  expect((await overview(`shipmate=${forged}`)).status).toBe(401);
  expect((await overview('shipmate=nonsense')).status).toBe(401);
  await stage.deps.database.asSystem().nativeDelete(User, { id: person.user.id });
  expect((await overview(`shipmate=${session}`)).status).toBe(401);
});

it.each([
  ['a token that is too long to be one', `token=${'x'.repeat(4_000)}`],
  ['a field that comes twice', 'token=a&token=b'],
  ['a code that is too long to be one', `code=${'x'.repeat(4_000)}`],
])('%s is refused like any wrong one', async (_, body) => {
  const headers = { accept: 'text/html', origin: stage.url, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await fetch(`${stage.url}/sign-in`, { method: 'POST', body, headers })).status).toBe(401);
});
