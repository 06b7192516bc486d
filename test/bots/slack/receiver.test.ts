import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bot } from '../../../src/bots/bot.ts';
import { createSlackBot } from '../../../src/bots/slack/slack.ts';
import { connectionLimits } from '../../../src/handlers/http/connection-limits.ts';
import { createHttp } from '../../../src/handlers/http/http.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

const signingSecret = 'f00dfeed';

let stage: SlackStage;
let bot: Bot;
let server: Server;
let url: string;

beforeAll(async () => {
  stage = await makeSlackStage();
  const { apiUrl, deps, dispatcher, world } = stage;
  const config = { botToken: world.botToken, appToken: undefined, signingSecret, apiUrl };
  bot = createSlackBot({ config, deps, dispatcher });
  await bot.start();
  server = createServer(
    connectionLimits,
    createHttp(deps, async () => dispatcher, { chats: [bot] }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/slack/events`;
});
afterAll(async () => {
  await bot.stop();
  server.close();
  server.closeAllConnections();
  await stage.close();
});

interface Signing {
  secret?: string;
  /** Seconds that the timestamp lies in the past. */
  age?: number;
  /** What is signed, when it is not what is sent. */
  signed?: string;
}

function post(body: string, type: string, { age = 0, secret = signingSecret, signed = body }: Signing = {}) {
  const timestamp = String(Math.floor(Date.now() / 1_000) - age);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${signed}`).digest('hex')}`;
  const headers = { 'content-type': type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
  return fetch(url, { method: 'POST', headers, body });
}

const form = 'application/x-www-form-urlencoded';

function slash(): string {
  const { world } = stage;
  return new URLSearchParams({
    command: '/ship',
    text: 'whoami',
    user_id: 'U1',
    user_name: 'ada',
    team_id: world.team,
    channel_id: 'C1',
    trigger_id: world.makeTrigger(),
    response_url: world.makeResponseUrl('C1'),
  }).toString();
}

describe('requests of Slack over HTTP', () => {
  it('are answered when their signature is right', async () => {
    stage.forget();
    expect((await post(slash(), form)).status).toBe(200);
    const { blocks } = await until('answer', () => stage.world.whispers[0]);
    expect(wordsOf(blocks)).toContain(stage.ada.username);
  });

  it('verify the address', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const response = await post(body, 'application/json');
    expect(await response.json()).toEqual({ challenge: 'abc' });
  });

  it.each<[string, Signing]>([
    ['signed with another secret', { secret: 'other' }],
    ['older than five minutes', { age: 301 }],
    ['whose bytes are not those that were signed', { signed: 'command=%2Fship&text=help' }],
  ])('%s are refused', async (_what, signing) => {
    stage.forget();
    expect((await post(slash(), form, signing)).status).toBe(401);
    expect(stage.world.calls.size).toBe(0);
    expect(stage.world.whispers).toEqual([]);
  });

  it('without a signature are refused', async () => {
    expect((await fetch(url, { method: 'POST', body: slash() })).status).toBe(401);
  });
});

describe('the bot in HTTP mode', () => {
  it('says that the Web API is away, until it is back', async () => {
    const { apiUrl, deps, dispatcher, world } = stage;
    world.away = true;
    const config = { botToken: world.botToken, appToken: undefined, signingSecret, apiUrl };
    const other = createSlackBot({ config, deps, dispatcher, firstRetryMs: 20 });
    await other.start();
    await until('problem', () => other.problem?.()?.includes('503'));
    world.away = false;
    await until('recovery', () => other.problem?.() === undefined);
    await other.stop();
  });
});
