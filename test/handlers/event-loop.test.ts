import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../src/entities/git-provider.ts';
import { httpInteractions } from '../../src/bots/discord/http-interactions.ts';
import { httpListener } from '../../src/bots/mattermost/http.ts';
import { createLogger } from '../../src/logger.ts';
import { slackLogger } from '../../src/bots/slack/logger.ts';
import { createReceiver } from '../../src/bots/slack/receiver.ts';
import { gitHosts } from '../../src/git-hosts/registry.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createHttp } from '../../src/handlers/http/http.ts';
import { followTurns } from '../support/longest-turn.ts';
import { pushPayload, shaOf, signedDelivery } from '../support/webhooks.ts';
import { openStage, type Stage } from './webhooks/stage.ts';

/** The loop may be held for this long by one request. Milliseconds of processor time. */
const mostDelay = 1_000;

const slackPath = '/slack/events';
const discordPath = '/discord/interactions';
const mattermostPath = '/mattermost/events';

/** Chat platforms that send requests; these are nobody's. */
function openChats() {
  const apiUrl = 'http://127.0.0.1:9/api/';
  const slack = createReceiver(
    { botToken: 'xoxb-1', appToken: undefined, signingSecret: 'f00dfeed', apiUrl },
    { logger: slackLogger(createLogger('silent')), path: slackPath },
  );
  const discord = httpInteractions(() => undefined);
  discord.trust('ab'.repeat(32));
  const taken = () => expect(undefined).toBeDefined();
  const mattermost = httpListener(['a-token'], { command: taken, press: taken, submission: taken });
  return [
    { platform: 'slack', http: { path: slackPath, listener: slack.http ?? discord.listener } },
    { platform: 'discord', http: { path: discordPath, listener: discord.listener } },
    { platform: 'mattermost', http: { path: mattermostPath, listener: mattermost } },
  ];
}

let stage: Stage;
beforeAll(async () => void (stage = await openStage({}, openChats())));
afterAll(() => stage.close());

/** Sends a request while `/healthz` is asked all the time; returns what the request is answered. */
async function meanwhileHealthy(send: () => Promise<{ status: number }>): Promise<number> {
  const longestTurn = followTurns();
  let ended = false;
  const answer = send().finally(() => (ended = true));
  let asked = 0;
  do {
    expect((await fetch(`${stage.url}/healthz`)).status).toBe(200);
    asked += 1;
  } while (!ended);
  const { status } = await answer;
  const longest = longestTurn();
  expect(asked).toBeGreaterThan(0);
  expect(longest).toBeLessThan(mostDelay);
  return status;
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const type = { 'content-type': 'application/json' };
  return fetch(stage.url + path, { method: 'POST', body, headers: { ...type, ...headers } });
}

/** A push as large as its host sends them, up to a kilobyte. */
async function largestPush(provider: GitProvider, secret?: string) {
  const app = await stage.connect(provider);
  const { mostBytes } = gitHosts[provider].webhook;
  const push = pushPayload[provider]({
    ref: 'refs/heads/main',
    before: shaOf('a'),
    after: shaOf('b'),
    repository: app.repository,
    commits: [{ message: 'Sell apples' }],
  });
  const room = mostBytes - Buffer.byteLength(JSON.stringify(push)) - 1_000;
  return signedDelivery(provider, { ...push, padding: 'x '.repeat(room / 2) }, secret ?? app.secret);
}

it.each(gitProviders)('the largest push of %s holds nobody up', async (provider) => {
  const delivery = await largestPush(provider);
  expect(await meanwhileHealthy(() => stage.send(provider, delivery))).toBe(202);
});

it.each(gitProviders)('nor does one of %s that is signed with a wrong secret', async (provider) => {
  const { project } = await stage.connect(provider);
  for (let count = 1; count < 60; count += 1) await stage.connect(provider, { project });
  const delivery = await largestPush(provider, `whsec_${Buffer.from('another secret').toString('base64')}`);
  expect(await meanwhileHealthy(() => stage.send(provider, delivery))).toBe(401);
});

it.each([
  ['one long word', 'x'.repeat(4_000)],
  ['many words', 'x '.repeat(2_000)],
  ['many quotes', '"'.repeat(4_000)],
  ['many dashes', '-'.repeat(4_000)],
])('nor does a line of a stranger with %s', async (_, line) => {
  const status = await meanwhileHealthy(() => post('/api/commands', JSON.stringify({ line })));
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});

const deployment = '00000000-0000-4000-8000-000000000001';
const form = 'application/x-www-form-urlencoded';
/** Node takes 16 KiB of headers, the path included. */
const long = (text: string) => text.repeat(Math.floor(15_000 / text.length));
const million = 'x'.repeat(1024 ** 2);

/** Every route but those above, with the most that a stranger may send there. */
const entries: [route: string, path: string, status: number, request?: RequestInit][] = [
  ['GET /healthz', `/healthz?${long('a=b&')}`, 200],
  ['GET /readyz', `/readyz?${long('a=b&')}`, 200],
  ['GET /metrics', `/metrics?${long('a=b&')}`, 200],
  ['GET /.well-known/acme-challenge/:token', `/.well-known/acme-challenge/${long('a')}`, 404],
  ['GET /api/completions', `/api/completions?line=${'x '.repeat(2_000)}`, 200],
  ['GET /api/openapi.json', `/api/openapi.json?${long('a[b]=c&')}`, 200],
  ['POST /api/commands/:name', `/api/commands/${long('project.')}`, 404, json(`{"a":"${'x'.repeat(4_000)}"}`)],
  ['GET /api/deployments', `/api/deployments?${long('a=b&')}`, 401],
  ['GET /api/deployments/:id', `/api/deployments/${long('%61')}`, 401],
  ['GET /api/deployments/:id/message', `/api/deployments/${long('%61')}/message`, 401],
  ['POST /api/local/proofs', '/api/local/proofs', 404, json('x'.repeat(4_000))],
  ['POST /api/local/sessions', '/api/local/sessions', 404, json(`{"proof":"${'x'.repeat(4_000)}"}`)],
  ['GET /assets/:file', `/assets/${long('a.')}`, 404],
  ['GET /host-apps/created', `/host-apps/created?code=a&state=${long('v1.')}`, 401],
  ['GET /host-apps/new', `/host-apps/new?state=${long('v1.')}`, 401],
  ['GET /sign-in', `/sign-in?to=/${long('%2f')}`, 200],
  ['POST /sign-in', '/sign-in', 401, typed(form, `code=${'x'.repeat(100)}&to=${'/'.repeat(3_900)}`)],
  ['POST /sign-in', '/sign-in', 401, typed(form, `token=${'x'.repeat(4_000)}`)],
  ['POST /sign-out', '/sign-out', 303, typed(form, 'x'.repeat(4_000))],
  ['GET /deployments/:id', `/deployments/${deployment}?line=${long('%20a')}`, 401],
  ['GET /deployments/:id/events', `/deployments/${deployment}/events?after=${long('9')}`, 401],
  ['GET /deployments/:id/lines', `/deployments/${deployment}/lines?before=${long('9')}`, 401],
  ['GET /deployments/:id/log', `/deployments/${deployment}/log?text=${long('(a*)*')}`, 401],
  ['POST /deployments/:id', `/deployments/${deployment}`, 401, typed(form, `line=${'x'.repeat(200_000)}`)],
  ['GET /api/applications/:id/log', `/api/applications/${deployment}/log?service=${long('%20a')}`, 401],
  ['GET /api/runs/:run', `/api/runs/${long('a')}?after=a`, 401],
  ['GET /applications/:id', `/applications/${long('%61')}`, 401],
  ['POST /applications/:id', `/applications/${deployment}`, 401, typed(form, `line=${'x'.repeat(200_000)}`)],
  ['GET /applications/:id/log', `/applications/${long('a')}/log`, 401],
  ['GET /applications/:id/log/events', `/applications/${deployment}/log/events?after=${long('9')}`, 401],
  ['GET /runs/:run', `/runs/${long('-')}`, 401],
  ['GET /runs/:run/events', `/runs/${long('-')}/events`, 401],
  ['POST /runs/:run/cancel', `/runs/${long('a')}/cancel`, 401, typed(form, 'x'.repeat(4_000))],
  ['GET /', `/?${long('a=b&')}`, 401],
  ['GET /mcp', `/mcp?${long('a=b&')}`, 405],
  ['DELETE /mcp', '/mcp', 405, { method: 'DELETE' }],
  ['POST /mcp', `/mcp?tools=${long('a,')}`, 401, json(million)],
  [
    'POST /webhooks/images/:registry/:source',
    `/webhooks/images/distribution/${deployment}`,
    401,
    typed('application/json', million, { authorization: long('x') }),
  ],
  [
    'POST /webhooks/images/:registry/:source/:secret',
    `/webhooks/images/docker-hub/${deployment}/${long('%61')}`,
    401,
    typed('application/json', million),
  ],
  [
    `POST ${slackPath}`,
    slackPath,
    401,
    typed(form, million, {
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000)),
    }),
  ],
  [
    `POST ${discordPath}`,
    discordPath,
    401,
    typed('application/json', million, { 'x-signature-ed25519': '0'.repeat(128), 'x-signature-timestamp': '1' }),
  ],
  [`POST ${mattermostPath}`, mattermostPath, 401, typed(form, `token=${million}`.slice(0, million.length))],
  [`POST ${mattermostPath}`, mattermostPath, 400, typed('application/json', million)],
];

function typed(type: string, body: string, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': type, origin: 'http://ship.example', ...headers } };
}

function json(body: string): RequestInit {
  return typed('application/json', body);
}

it.each(entries)('nor does the largest request to %s', async (_, path, status, request = {}) => {
  const send = () => fetch(stage.url + path, { redirect: 'manual', ...request });
  expect(await meanwhileHealthy(send)).toBe(status);
});

it('every route is tried', () => {
  const app = createHttp(stage.deps, async () => createDispatcher(stage.deps, commands), { chats: openChats() });
  const above = ['POST /api/commands', ...gitProviders.map((provider) => `POST /webhooks/${provider}`)];
  const tried = [...above, ...entries.map(([route]) => route)];
  expect([...new Set(tried)].sort()).toEqual([...new Set(routesOf(app))].sort());
});

it('nor does a body that is larger than anything may be', async () => {
  expect(await meanwhileHealthy(() => post('/api/commands', 'x'.repeat(5_000_000)))).toBe(413);
});

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** What express serves. */
function routesOf(app: unknown): string[] {
  const look = ({ handle, route }: Layer): string[] => {
    if (!route) return (handle?.stack ?? []).flatMap(look);
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`);
  };
  return (app as { router: { stack: Layer[] } }).router.stack.flatMap(look);
}
