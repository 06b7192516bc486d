import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
});
afterAll(() => stage.close());

const reply = { tone: 'info', text: 'Hello' } as const;

it('tells a message that is lost from one that a retry may reach', async () => {
  const ref = await stage.bot.post('C1', reply);
  await expect(stage.bot.edit({ ...ref, message: '1.1' }, reply)).rejects.toMatchObject({ kind: 'gone' });
  stage.world.editWindowClosed = true;
  await expect(stage.bot.edit(ref, reply)).rejects.toMatchObject({ kind: 'closed' });
  stage.world.editWindowClosed = false;
  stage.world.away = true;
  await expect(stage.bot.edit(ref, reply)).rejects.not.toHaveProperty('kind');
  stage.world.away = false;
});

it('shows a channel that takes nothing, and the step, until it does again', async () => {
  stage.world.archived.add('C2');
  await expect(stage.bot.post('C2', reply)).rejects.toMatchObject({ kind: 'channel' });
  expect(stage.bot.problem?.()).toMatch(
    /^cannot write in C2: .*is_archived\. Unarchive the channel, or choose another/,
  );
  stage.world.archived.delete('C2');
  await stage.bot.post('C2', reply);
  expect(stage.bot.problem?.()).toBeUndefined();
});
