import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
afterAll(() => stage.close());

const reply = { tone: 'info', text: 'Hello' } as const;
const channel = '300000000000000001';

it('tells a message that was deleted', async () => {
  const lost = { channel, message: '123' };
  await expect(stage.bot.edit(lost, reply)).rejects.toMatchObject({ kind: 'gone' });
});

it.each([
  [403, 50_001, 'Missing Access', /Give the role `Shipmate` View Channel/],
  [403, 50_013, 'Missing Permissions', /Send Messages in Threads/],
  [404, 10_003, 'Unknown Channel', /choose another one/],
  [400, 50_083, 'Thread is archived', /Unarchive the thread/],
])('shows %i %i %s and the step, until the channel takes a message', async (status, code, why, step) => {
  stage.world.refusing.set(channel, { status, code, why });
  await expect(stage.bot.post(channel, reply)).rejects.toMatchObject({ kind: 'channel' });
  expect(stage.bot.problem?.()).toContain(`cannot write in ${channel}: ${why}`);
  expect(stage.bot.problem?.()).toMatch(step);
  stage.world.refusing.clear();
  await stage.bot.post(channel, reply);
  expect(stage.bot.problem?.()).toBeUndefined();
});
