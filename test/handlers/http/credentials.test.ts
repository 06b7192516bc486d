import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../../src/entities/deployment.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { createHttp } from '../../../src/handlers/http/http.ts';
import { deploymentPageUrl } from '../../../src/usecases/deployments/deployment-page-url.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { sessionMs, sessionOf } from '../../../src/usecases/people/browser-session.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { routesOf } from '../../support/routes-of.ts';
import { makePageStage, type PageStage } from './pages/stage.ts';

/** What a request carries: nothing of it is right, however near it is. */
interface Credential {
  cookie?: string;
  authorization?: string;
  query?: string;
}

/** For everybody; `/sign-in`, `/host-apps` and the webhooks check what they are sent, in suites of their own. */
const open = [
  'DELETE /mcp',
  'GET /.well-known/acme-challenge/:token',
  'GET /api/completions',
  'GET /api/openapi.json',
  'GET /assets/:file',
  'GET /healthz',
  'GET /host-apps/created',
  'GET /host-apps/new',
  'GET /mcp',
  'GET /metrics',
  'GET /readyz',
  'GET /sign-in',
  // Over the network, both are not there.
  'POST /api/local/proofs',
  'POST /api/local/sessions',
  'POST /sign-in',
  'POST /sign-out',
  'POST /webhooks/bitbucket',
  'POST /webhooks/bitbucket-data-center',
  'POST /webhooks/gitea',
  'POST /webhooks/github',
  'POST /webhooks/gitlab',
  'POST /webhooks/images/:registry/:source',
  'POST /webhooks/images/:registry/:source/:secret',
];
const closed = [
  'GET /',
  'GET /api/applications/:id/log',
  'GET /api/deployments',
  'GET /api/deployments/:id',
  'GET /api/deployments/:id/message',
  'GET /api/runs/:run',
  'GET /applications/:id',
  'GET /applications/:id/log',
  'GET /applications/:id/log/events',
  'GET /deployments/:id',
  'GET /deployments/:id/events',
  'GET /deployments/:id/lines',
  'GET /deployments/:id/log',
  'POST /api/commands',
  'POST /api/commands/:name',
  'GET /runs/:run',
  'GET /runs/:run/events',
  'POST /applications/:id',
  'POST /deployments/:id',
  'POST /mcp',
  'POST /runs/:run/cancel',
];
/** There is nothing to cancel, and nothing runs. */
const wanting: Record<string, number> = {
  'POST /deployments/:id': 409,
  // The token is none for assistants.
  'POST /mcp': 401,
};
for (const route of closed) if (/applications|runs/.test(route)) wanting[route] = 404;

let stage: PageStage;
let deployment: Deployment;
let stranger: Person;
/** Whose session and token are right, but of another team. */
let neighbour: Person;
const right = new Map<Person, string>();
let credentials: Record<string, Credential>;
beforeAll(async () => {
  stage = await makePageStage();
  const { ada, deps } = stage;
  deployment = await stage.deploy({ status: 'success' });
  const other = await stage.deploy({ status: 'success' });
  const old = await stage.deploy({ startedAt: new Date(Date.now() - 8 * 86_400_000) });
  stranger = await makePerson(deps, 'developer');
  neighbour = await makePerson(deps, 'developer');
  const gone = await makePerson(deps, 'developer');
  const root = await makePerson(deps, 'super_admin');
  // Another installation has other keys.
  const elsewhere = fakeDeps(deps.database);
  const token = (person: Person) => createToken(deps, { user: person.user, name: 'ci', origin: person.origin });
  const [revoked, deleted] = [await token(stranger), await token(gone)];
  await stranger.type('token revoke ci');
  for (const person of [ada, neighbour]) right.set(person, await token(person));
  const deletedSession = sessionOf(deps, gone.user);
  await root.type(`user delete ${gone.user.username}`);
  const session = sessionOf(deps, ada.user);
  const [id = '', generation = '', expires = '', signature = ''] = session.split('.');
  const queryOf = (url: string) => new URL(url).searchParams.toString();
  const link = new URLSearchParams(queryOf(deploymentPageUrl(deps, deployment)));
  const later = String(Number(link.get('expires')) + 1);
  const cookies: Record<string, string> = {
    'a session without a signature': `${id}.${generation}.${expires}.`,
    'a session with a changed signature': `${session.slice(0, -2)}AA`,
    'a session of somebody else’s signature': [stranger.user.id, generation, expires, signature].join('.'),
    'a session of a later generation': [id, Number(generation) + 1, expires, signature].join('.'),
    'a session that was made longer': [id, generation, Number(expires) + 1, signature].join('.'),
    'a session that has expired': sessionOf(deps, ada.user, new Date(Date.now() - sessionMs - 1)),
    'a session of an earlier generation': sessionOf(deps, { id: ada.user.id, sessionGeneration: -1 }),
    'a session of another installation': sessionOf(elsewhere, ada.user),
    'a session of a deleted user': deletedSession,
    'a session signed as a link': `${id}.${generation}.${expires}.${deps.cipher.sign(`${id}.${generation}.${expires}`, 'deployment page')}`,
    'a link as a session': `${deployment.id}.0.${link.get('expires')}.${link.get('signature')}`,
  };
  const sessionSigned = deps.cipher.sign(`${deployment.id} ${link.get('expires')}`, 'browser session');
  credentials = {
    nothing: {},
    ...Object.fromEntries(Object.entries(cookies).map(([what, value]) => [what, { cookie: `shipmate=${value}` }])),
    'a token that nobody made': { authorization: 'Bearer shp_0123456789abcdef0123456789abcdef' },
    'a revoked token': { authorization: `Bearer ${revoked}` },
    'a token of a deleted user': { authorization: `Bearer ${deleted}` },
    'a session as a token': { authorization: `Bearer ${session.replaceAll('_', '-')}` },
    'a link of another deployment': { query: queryOf(deploymentPageUrl(deps, other)) },
    'a link of an old deployment': { query: queryOf(deploymentPageUrl(deps, old)) },
    'a link that was made longer': { query: `expires=${later}&signature=${link.get('signature')}` },
    'a link of another installation': { query: queryOf(deploymentPageUrl(elsewhere, deployment)) },
    'a link signed as a session': { query: `expires=${link.get('expires')}&signature=${sessionSigned}` },
    'a link without its signature': { query: `expires=${link.get('expires')}&signature=` },
    'a link given twice': { query: `${link.toString()}&${link.toString()}` },
  };
});
afterAll(() => stage.close());

async function ask(route: string, { query, ...headers }: Credential): Promise<{ status: number; text: string }> {
  const [method = '', path = ''] = route.split(' ');
  const address = path
    .replace(':id', deployment.id)
    .replace(':name', 'status')
    .replace(':run', 'shop-api-run-12345678');
  const api = address.startsWith('/api/');
  const body = api
    ? JSON.stringify(path.endsWith(':name') ? {} : { line: 'status' })
    : 'line=cancel+shop%2Fapi&confirmed=yes';
  const response = await fetch(`${stage.url}${address}${query === undefined ? '' : `?${query}`}`, {
    method,
    headers: {
      accept: api ? 'application/json' : 'text/html',
      origin: stage.url,
      'content-type': api ? 'application/json' : 'application/x-www-form-urlencoded',
      ...headers,
    },
    ...(method === 'POST' && { body }),
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text() };
}

describe('what is not right', () => {
  it('is tried on every route', () => {
    const { deps } = stage;
    expect([...open, ...closed].toSorted()).toEqual(
      routesOf(createHttp(deps, async () => createDispatcher(deps, commands))),
    );
  });

  it.each(closed)('opens nothing at %s', async (route) => {
    for (const [what, credential] of Object.entries(credentials)) {
      const { status, text } = await ask(route, credential);
      expect({ what, status, told: text.includes('shop/api') }).toEqual({ what, status: 401, told: false });
    }
  });

  it.each(closed)('is told from what is: %s', async (route) => {
    const { status } = await ask(route, { authorization: `Bearer ${right.get(stage.ada)}` });
    expect(status).toBe(wanting[route] ?? 200);
  });

  it.each(closed.filter((route) => route.includes(':id')))('is a session of another team at %s', async (route) => {
    for (const credential of [
      { cookie: `shipmate=${sessionOf(stage.deps, neighbour.user)}` },
      { authorization: `Bearer ${right.get(neighbour)}` },
    ]) {
      // The API takes no cookies: other sites could send them.
      const expected = route.includes('/api/') && 'cookie' in credential ? 401 : 404;
      const { status, text } = await ask(route, credential);
      expect({ status, told: text.includes('shop/api') }).toEqual({ status: expected, told: false });
    }
  });
});
