import { sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../../src/replies/reply.ts';
import { wordsOf } from '../../support/discord/shown.ts';
import { answerTo } from '../../support/discord/people.ts';
import { createPeople } from '../../support/discord/people.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { until } from '../../support/until.ts';
import { listen, type TestServer } from '../../handlers/http/server.ts';

let stage: DiscordStage;
let server: TestServer;
beforeAll(async () => {
  stage = await makeDiscordStage();
  server = await listen(stage.deps, [stage.bot]);
});
afterAll(async () => {
  await server.close();
  await stage.close();
});

describe('a gateway that breaks', () => {
  it('is resumed, and commands are answered again', async () => {
    stage.gateway.drop();
    await until('a resumed session', () => stage.gateway.counts.resumed === 1 && stage.bot.problem?.() === undefined);
    expect((await answerTo(stage.people.slash(adaId, 'ship whoami'))).text).toContain('admin');
  });
});

describe('a Discord that is away', () => {
  it('keeps nobody from starting, is told, and is found again', async () => {
    stage.world.down = true;
    const bot = stage.makeBot();
    await bot.start();
    await until('the reason', () => bot.problem?.()?.startsWith('cannot reach Discord'));
    stage.world.down = false;
    await until('a connection', () => bot.problem?.() === undefined);
    await bot.stop();
  });

  it('says that the token is wrong', async () => {
    const token = stage.world.token;
    stage.world.token = 'another';
    const bot = stage.makeBot();
    await bot.start();
    await until('the reason', () => bot.problem?.()?.includes('cannot reach Discord'));
    expect(bot.problem?.()).not.toContain(token);
    expect(bot.problem?.()).toContain('it refuses DISCORD_TOKEN. Make another one under');
    await bot.stop();
    stage.world.token = token;
  });
});

describe('a post that Discord carried out, and answered 502', () => {
  const reply: Reply = { tone: 'info', text: 'deployed' };
  const channel = '500000000000000001';
  const posted = () => [...stage.world.messages.keys()].filter((key) => key.startsWith(channel));

  it('is one message, though the client sends it again', async () => {
    stage.world.lostNext = 1;
    const { message } = await stage.bot.post(channel, reply);
    expect(posted()).toEqual([`${channel}/${message}`]);
  });

  it('is one message when it is posted again under its key, another one is another', async () => {
    const before = posted().length;
    const first = await stage.bot.post(channel, reply, 'one');
    expect(await stage.bot.post(channel, reply, 'one')).toEqual(first);
    expect(posted()).toHaveLength(before + 1);
    await stage.bot.post(channel, reply, 'two');
    expect(posted()).toHaveLength(before + 2);
    const edits = stage.world.requests.filter((request) => request.startsWith('PATCH /channels/'));
    expect(edits).toEqual([]);
  });

  it('shows what the later post under its key says', async () => {
    const { message } = await stage.bot.post(channel, reply, 'three');
    expect(await stage.bot.post(channel, { ...reply, text: 'rolled back' }, 'three')).toEqual({ channel, message });
    const states = stage.world.messages.get(`${channel}/${message}`) ?? [];
    expect(states.map(wordsOf)).toEqual(['deployed', 'rolled back']);
  });
});

describe('interactions over HTTP', () => {
  function signed(body: string, timestamp = String(Math.floor(Date.now() / 1_000))) {
    const signature = sign(null, Buffer.from(timestamp + body), stage.world.privateKey).toString('hex');
    return { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp };
  }

  function send(body: string, headers: Record<string, string>): Promise<Response> {
    return fetch(`${server.url}/discord/interactions`, { method: 'POST', body, headers });
  }

  it('answer a ping', async () => {
    const response = await send('{"type":1}', signed('{"type":1}'));
    expect([response.status, await response.json()]).toEqual([200, { type: 1 }]);
  });

  it.each([
    ['no signature', {}],
    ['a wrong one', { 'x-signature-ed25519': 'ab'.repeat(64), 'x-signature-timestamp': '1' }],
    ['one that is none', { 'x-signature-ed25519': 'zz', 'x-signature-timestamp': '1' }],
  ])('are refused with %s', async (_what, headers) => {
    expect((await send('{"type":1}', headers)).status).toBe(401);
  });

  it('are refused when the body is not the one that was signed', async () => {
    expect((await send('{"type": 1}', signed('{"type":1}'))).status).toBe(401);
  });

  it('run commands as those of the gateway do', async () => {
    const sent: Promise<Response>[] = [];
    const people = createPeople(stage.world, (interaction) => {
      const body = JSON.stringify(interaction);
      sent.push(send(body, signed(body)));
    });
    const { text } = await answerTo(people.slash(adaId, 'ship status', { app: 'shop/api' }));
    expect(text).toContain('shop/api');
    expect((await sent[0])?.status).toBe(202);
  });
});
