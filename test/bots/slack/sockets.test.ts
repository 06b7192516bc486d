import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;

beforeEach(async () => {
  stage = await makeSlackStage();
});
afterEach(() => stage.close());

async function answers(): Promise<void> {
  stage.forget();
  await stage.people.slash('whoami');
  const { blocks } = await until('answer', () => stage.world.whispers[0]);
  expect(wordsOf(blocks)).toContain(stage.ada.username);
}

const connected = (count: number) => until('connections', () => stage.socket.connected() === count);

describe.each(['warning', 'refresh_requested'] as const)('a connection whose end Slack announces by %s', (reason) => {
  it('is replaced at once, and serves until Slack closes it: commands arrive at every moment, each once', async () => {
    stage.socket.announce(reason);
    await connected(2);
    expect(stage.bot.problem?.()).toBeUndefined();
    // Slack sends to either of them.
    for (const name of ['one', 'two', 'three', 'four']) await stage.people.slash(`project create ${name}`);
    await until('answers', () => stage.world.messages.length === 4);
    stage.socket.cut('announced');
    await connected(1);
    await answers();
    expect(stage.socket.greeted()).toBe(2);
    expect(stage.socket.gaps()).toBe(0);
    expect(stage.bot.problem?.()).toBeUndefined();
  });

  it('is replaced once however often Slack announces it', async () => {
    stage.socket.announce(reason);
    stage.socket.announce(reason);
    await connected(2);
    stage.socket.cut('announced');
    await connected(1);
    await answers();
    expect(stage.socket.greeted()).toBe(2);
    expect(stage.socket.gaps()).toBe(0);
  });

  it('is enough while the next one cannot be opened', async () => {
    stage.world.away = true;
    stage.socket.announce(reason);
    await until('an attempt', () => (stage.world.asked.get('apps.connections.open') ?? 0) > 1);
    expect(stage.bot.problem?.()).toBeUndefined();
    stage.world.away = false;
    await connected(2);
    await answers();
    expect(stage.socket.gaps()).toBe(0);
  });
});

describe('Socket Mode that is turned off for the app', () => {
  it('is named with the step, and used again when it is on', async () => {
    stage.world.linkDisabled = true;
    stage.socket.announce('link_disabled');
    const problem = await until(
      'problem',
      () => stage.bot.problem?.()?.includes('link_disabled') && stage.bot.problem(),
    );
    expect(problem).toBe(
      'cannot reach Slack: link_disabled. Socket Mode is turned off for the app: turn it on under ' +
        'https://api.slack.com/apps → Socket Mode.',
    );
    await until('another attempt', () => stage.socket.greeted() > 2);
    expect(stage.bot.problem?.()).toBe(problem);
    stage.world.linkDisabled = false;
    await until('recovery', () => stage.bot.problem?.() === undefined);
    await answers();
  });
});

describe('more connections than Slack allows', () => {
  it('are refused with the reason, and wait until there is room', async () => {
    const others = Array.from({ length: 9 }, () => stage.makeBot());
    for (const bot of others) await bot.start();
    await connected(10);
    const eleventh = stage.makeBot();
    await eleventh.start();
    const problem = await until('problem', () => eleventh.problem?.()?.includes('too_many') && eleventh.problem());
    expect(problem).toBe(
      'cannot reach Slack: too_many_websockets. Slack allows ten connections of one app: stop other programs that use ' +
        'SLACK_APP_TOKEN.',
    );
    expect(stage.bot.problem?.()).toBeUndefined();
    await others.pop()?.stop();
    await until('room', () => eleventh.problem?.() === undefined);
    await Promise.all([...others, eleventh].map((bot) => bot.stop()));
    await connected(1);
  });
});
