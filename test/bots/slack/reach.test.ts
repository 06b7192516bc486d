import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
  const { world } = stage;
  for (const channel of ['COPEN', 'CPRIVATE', 'COLD', 'CRULES', 'CPUBLIC']) world.channels.add(channel);
  for (const channel of ['COPEN', 'COLD', 'CRULES']) world.members.add(channel);
  world.privates.add('CPRIVATE');
  world.archived.add('COLD');
  world.readOnly.add('CRULES');
});
afterEach(() => stage.forget());
afterAll(() => stage.close());

const reach = (channel: string) => stage.bot.reach?.(channel);
const invite = 'Type `/invite @Shipmate` in that channel.';
const hidden = 'it does not exist, or is private without me in it';

it.each(['COPEN', 'CPUBLIC', 'D1'])('lets Shipmate write in %s', async (channel) => {
  expect(await reach(channel)).toEqual({ state: 'open' });
});

it.each([
  ['CNOWHERE', hidden, invite],
  ['CPRIVATE', hidden, invite],
  ['COLD', 'it is archived', 'Unarchive the channel, or choose another one.'],
  ['CRULES', 'only some people may post there', 'Ask a workspace admin to let apps post there.'],
])('says why not in %s', async (channel, why, step) => {
  expect(await reach(channel)).toEqual({ state: 'refused', why, step });
  // The same channel refuses a message.
  await expect(stage.bot.post(channel, { tone: 'info', text: 'hello' })).rejects.toMatchObject({ kind: 'channel' });
});

it('is not known to an app without the scopes', async () => {
  stage.manifest.scopes.delete('channels:read');
  expect(await reach('COPEN')).toEqual({
    state: 'unchecked',
    why: 'the Slack app lacks the scopes channels:read and groups:read',
  });
  stage.manifest.scopes.add('channels:read');
});

it('is not known while Slack is away', async () => {
  stage.world.away = true;
  await expect(reach('COPEN')).rejects.toThrow('503');
  stage.world.away = false;
});
