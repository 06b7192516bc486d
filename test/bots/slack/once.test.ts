import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../../src/replies/reply.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
});
beforeEach(() => {
  stage.world.ignoresClientIds = false;
  stage.forget();
});
// A post whose outcome is unknown is looked for, also where the app may not read.
const notRead = 'conversations.history: missing_scope';
afterEach(() => expect(stage.world.refused.filter((one) => one !== notRead)).toEqual([]));
afterAll(() => stage.close());

const deployed: Reply = { tone: 'info', text: 'deployed' };
const said = () => stage.world.messages.map(({ channel, blocks }) => `${channel} ${wordsOf(blocks).trim()}`);
const edits = () => stage.world.messages.flatMap((message) => message.edits).length;

describe('a post that Slack carried out, and whose answer was lost', () => {
  it('is one message when it is posted again under its key', async () => {
    stage.world.lostNext = 1;
    await expect(stage.bot.post('C1', deployed, 'one')).rejects.toThrow('504');
    const { message } = await stage.bot.post('C1', deployed, 'one');
    expect([said(), message, edits()]).toEqual([['C1 deployed'], stage.world.messages[0]?.ts, 0]);
  });

  it('shows what the later post says, as progress goes on meanwhile', async () => {
    stage.world.lostNext = 1;
    await expect(stage.bot.post('C1', deployed, 'two')).rejects.toThrow('504');
    await stage.bot.post('C1', { ...deployed, text: 'rolled back' }, 'two');
    expect(said()).toEqual(['C1 rolled back']);
  });

  it('is one message after a restart too', async () => {
    stage.world.lostNext = 1;
    await expect(stage.bot.post('C1', deployed, 'three')).rejects.toThrow('504');
    const next = stage.makeBot();
    await next.post('C1', deployed, 'three');
    expect(said()).toEqual(['C1 deployed']);
  });

  it('is posted anew when somebody has deleted it', async () => {
    stage.world.lostNext = 1;
    await expect(stage.bot.post('C1', deployed, 'four')).rejects.toThrow('504');
    stage.world.messages.length = 0;
    await stage.bot.post('C1', deployed, 'four');
    expect(said()).toEqual(['C1 deployed']);
    expect(stage.world.refused.splice(0)).toEqual([notRead, 'chat.postMessage: duplicate_message_not_found']);
  });

  it.each(['D1', 'D1/1699999999.000100'])('is found by our mark in %s, which the app may read', async (channel) => {
    stage.world.ignoresClientIds = true;
    stage.world.lostNext = 1;
    await expect(stage.bot.post(channel, deployed, 'five')).rejects.toThrow('504');
    await stage.bot.post(channel, { ...deployed, text: 'rolled back' }, 'five');
    expect(said()).toEqual(['D1 rolled back']);
  });

  it('is one of two where neither is possible', async () => {
    stage.world.ignoresClientIds = true;
    stage.world.lostNext = 1;
    await expect(stage.bot.post('C1', deployed, 'six')).rejects.toThrow('504');
    await stage.bot.post('C1', deployed, 'six');
    expect(said()).toEqual(['C1 deployed', 'C1 deployed']);
    expect(stage.world.refused.splice(0)).toEqual([notRead]);
  });
});

it('two posts under two keys, or under one in two channels, are two messages', async () => {
  await stage.bot.post('C1', deployed, 'seven');
  await stage.bot.post('C1', deployed, 'eight');
  await stage.bot.post('C2', deployed, 'seven');
  await stage.bot.post('C1', deployed);
  expect(said()).toEqual(['C1 deployed', 'C1 deployed', 'C2 deployed', 'C1 deployed']);
});

describe('an event that Slack sends again', () => {
  const told = (id: string, line: string) => ({
    type: 'event_callback',
    team_id: 'T1',
    event_id: id,
    event: { type: 'app_mention', user: 'U1', channel: 'C1', text: `<@UBOT> ${line}`, ts: '1.1' },
  });
  const retry = { retry_attempt: 1, retry_reason: 'timeout' } as const;
  const connected = (count: number) => until('connections', () => stage.socket.connected() === count);

  it('runs once, whichever process gets it', async () => {
    const other = stage.makeBot();
    await other.start();
    await connected(2);
    const event = told('EvBoth', 'project create barge');
    // Each in turn.
    await stage.socket.deliver('events_api', event);
    await stage.socket.deliver('events_api', event, retry);
    await stage.people.mention('whoami');
    await until('a later answer', () => stage.world.whispers.length > 0);
    await until('an answer', () => stage.world.messages.length > 0);
    await other.stop();
    await connected(1);
    expect(said()).toHaveLength(1);
    expect(said()[0]).toContain('barge');
  });

  it('is not run by the process that comes after', async () => {
    const event = told('EvLater', 'project create wharf');
    await stage.socket.deliver('events_api', event);
    await until('an answer', () => stage.world.messages.length > 0);
    await stage.bot.stop();
    const next = stage.makeBot();
    await next.start();
    await connected(1);
    await stage.socket.deliver('events_api', event, retry);
    await stage.people.mention('whoami');
    await until('a later answer', () => stage.world.whispers.length > 0);
    await next.stop();
    expect(said()).toHaveLength(1);
  });
});
