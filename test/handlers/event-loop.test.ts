import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../src/entities/git-provider.ts';
import { gitHosts } from '../../src/git-hosts/registry.ts';
import { pushPayload, shaOf, signedDelivery } from '../support/webhooks.ts';
import { openStage, type Stage } from './webhooks/stage.ts';

/** The loop may be held for this long by one request: generous, as other suites share the machine. Milliseconds. */
const mostDelay = 5_000;

let stage: Stage;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage.close());

/** Sends a request while `/healthz` is asked all the time; returns what the request is answered. */
async function meanwhileHealthy(send: () => Promise<{ status: number }>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let ended = false;
  const answer = send().finally(() => (ended = true));
  let asked = 0;
  do {
    expect((await fetch(`${stage.url}/healthz`)).status).toBe(200);
    asked += 1;
  } while (!ended);
  const { status } = await answer;
  delay.disable();
  expect(asked).toBeGreaterThan(0);
  expect(delay.max / 1e6).toBeLessThan(mostDelay);
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
  for (let count = 0; count < 60; count += 1) await stage.connect(provider);
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

it('nor does a body that is larger than anything may be', async () => {
  expect(await meanwhileHealthy(() => post('/api/commands', 'x'.repeat(5_000_000)))).toBe(413);
});
