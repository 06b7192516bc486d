import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../../scripts/support/free-port.ts';
import { sendGitHubPush } from '../../scripts/support/git-host.ts';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createClient } from '../../src/cli/client.ts';
import { listen } from '../handlers/http/pages/event-stream.ts';
import { startBalancer } from '../support/balancer.ts';
import { startDiscord } from '../support/discord/discord.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const channel = '300000000000000001';
const pushesOfEach = 3;

let discord: Awaited<ReturnType<typeof startDiscord>>;
let balancer: Awaited<ReturnType<typeof startBalancer>>;
let url: string;
let one: RunningShipmate;
let two: RunningShipmate;
let apps: TestApp[];

beforeAll(async () => {
  const port = await freePort();
  [discord, balancer] = await Promise.all([startDiscord(), startBalancer(port)]);
  url = `http://127.0.0.1:${port}`;
  const env = {
    SHIPMATE_PUBLIC_URL: url,
    SHIPMATE_CONCURRENCY: '1',
    DISCORD_TOKEN: discord.world.token,
    DISCORD_APPLICATION_ID: discord.world.applicationId,
    DISCORD_API_URL: discord.apiUrl,
  };
  one = await openShipmate({ env });
  two = await openShipmate({ env, beside: one });
  balancer.ports.push(Number(new URL(one.url).port), Number(new URL(two.url).port));
  apps = [await createTestApp(one, { name: 'one' }), await createTestApp(one, { name: 'two' })];
  await one.command(`notify add ${one.project} succeeded,failed discord:${channel}`);
});

afterAll(async () => {
  await two.close();
  await one.close();
  await Promise.all([balancer, ...apps].map((each) => each[Symbol.asyncDispose]()));
  await discord.close();
});

/** A browser that has used the link of `open`: its cookie. */
async function signIn(): Promise<string> {
  const { link } = await createClient({ url, token: one.token, account: 'ada' }).run('open');
  const code = new URL(link?.url ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ code }),
    headers: { accept: 'text/html', origin: url },
    redirect: 'manual',
  });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** As a git host does that gets no answer: sends the same delivery again. */
async function push(app: TestApp, version: string, before: string | undefined): Promise<string> {
  const after = await app.commit(version);
  const delivery = {
    url: `${url}/webhooks/github`,
    secret: app.secret,
    repository: app.repository,
    branch: 'main',
    before,
    after,
    message: `Version ${version}`,
    deliveryId: randomUUID(),
  };
  await until('the push is accepted', async () => {
    const { status } = await sendGitHubPush(delivery).catch(() => ({ status: 0 }));
    return status === 202 || status === 200;
  });
  return after;
}

/** Looks at the overview all the time. @returns the statuses that were not 200; a lost connection has none. */
function visitors(cookie: string, count: number): { stop(): Promise<number[]> } {
  let over = false;
  const wrong: number[] = [];
  const visit = async () => {
    while (!over) {
      const answer = await fetch(`${url}/`, { headers: { accept: 'text/html', cookie } }).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (answer && answer.status !== 200) wrong.push(answer.status);
    }
  };
  const visits = Array.from({ length: count }, visit);
  return {
    async stop() {
      over = true;
      await Promise.all(visits);
      return wrong;
    },
  };
}

/** The log of a page as a browser follows it: it comes back by itself, with the number of the last event. */
async function follow(id: string, cookie: string): Promise<{ lines: string[]; connections: number }> {
  const lines: string[] = [];
  let last: string | undefined;
  for (let connections = 1; ; connections += 1) {
    const headers = { cookie, ...(last !== undefined && { 'last-event-id': last }) };
    const stream = await until('a stream', () =>
      listen(`${url}/deployments/${id}/events`, headers).catch(() => undefined),
    );
    await until('its end', () => stream.ended());
    lines.push(...stream.lines());
    last = stream.events.findLast(({ event }) => event === 'log')?.id ?? last;
    if (stream.events.some(({ event }) => event === 'end')) return { lines, connections };
  }
}

it('two Shipmates behind one address lose and double nothing when one is killed', async () => {
  const cookie = await signIn();
  const [first] = apps as [TestApp, TestApp];
  const guests = visitors(cookie, 2);
  const commits: string[] = [];
  const heads = new Map<TestApp, string>();
  const pushAll = async (version: string) => {
    for (const app of apps) {
      const head = await push(app, version, heads.get(app));
      heads.set(app, head);
      commits.push(head);
    }
  };
  await pushAll('1');
  const [watched] = await one.rows<{ id: string }>('select id from deployments where application_id = $1', [first.id]);
  const following = [1, 2].map(() => follow(watched?.id ?? '', cookie));
  await until('both deploy', async () => {
    const rows = await one.rows(`select from deployments where status in ('building', 'deploying')`);
    return rows.length === 2;
  });
  await one.process().kill();
  for (let version = 2; version <= pushesOfEach; version += 1) await pushAll(String(version));

  const ended = await until('all deployments', async () => {
    const rows = await one.rows<DeploymentRow>('select id, status, commit_sha, metadata, logs from deployments');
    return rows.every(({ status }) => ['success', 'failed', 'rolled_back'].includes(status)) && rows;
  });
  expect(ended.map(({ commit_sha }) => commit_sha).sort()).toEqual(commits.sort());
  const other = ended
    .filter(({ status }) => status !== 'success')
    .map(({ metadata }) => metadata.reason ?? metadata.error);
  expect(new Set(other)).toEqual(new Set(other.length > 0 ? ['superseded'] : []));
  for (const app of apps) {
    expect(await servicesOf(app.id)).toHaveLength(1);
    const newest = ended.filter(({ commit_sha }) => commit_sha === heads.get(app));
    expect(newest).toHaveLength(1);
    for (const end of newest) expectSuccess(end);
  }
  const succeeded = ended.filter(({ status }) => status === 'success');
  for (const { id, logs } of succeeded) {
    expect(logs?.split('\n').filter((line) => line === 'The new version is healthy')).toHaveLength(1);
    expect(await one.rows('select from audit_logs where resource_id = $1', [id])).toHaveLength(1);
  }

  await until('all notifications', async () => {
    const rows = await one.rows('select from notifications where shown_count < count and ended_at is null');
    return rows.length === 0;
  });
  const messages = [...discord.world.messages]
    .filter(([key]) => key.includes(channel))
    .map(([, states]) => JSON.stringify(states.at(-1)));
  for (const { id } of succeeded) expect(messages.filter((message) => message.includes(id))).toHaveLength(1);

  expect(await guests.stop()).toEqual([]);
  const whole = (await follow(watched?.id ?? '', cookie)).lines;
  const logs = await Promise.all(following);
  for (const { lines } of logs) expect(lines).toEqual(whole);
});
