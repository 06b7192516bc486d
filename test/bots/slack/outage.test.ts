import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSlackBot } from '../../../src/bots/slack/slack.ts';
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

describe('when Slack is away', () => {
  it('says why, tries again, and answers when it is back', async () => {
    expect(stage.bot.problem?.()).toBeUndefined();
    stage.world.away = true;
    stage.socket.cut();
    const problem = await until('problem', () => stage.bot.problem?.());
    await until('reason', () => stage.bot.problem?.()?.includes('503'));
    expect(problem).toMatch(/Slack|reconnecting/);
    stage.world.away = false;
    await until('recovery', () => stage.bot.problem?.() === undefined && stage.socket.connected() === 1);
    await answers();
  });

  it('starts all the same', async () => {
    stage.world.away = true;
    const bot = stage.makeBot();
    await bot.start();
    await until('problem', () => bot.problem?.()?.includes('503'));
    stage.world.away = false;
    await until('connection', () => bot.problem?.() === undefined);
    await bot.stop();
    expect(stage.socket.connected()).toBe(1);
  });

  it('is not asked any more after a stop', async () => {
    stage.world.away = true;
    const bot = stage.makeBot();
    await bot.start();
    await until('problem', () => bot.problem?.()?.includes('503'));
    await bot.stop();
    stage.world.away = false;
    await answers();
    expect(stage.socket.connected()).toBe(1);
  });
});

describe('a wrong token', () => {
  it('is named, whichever it is, and never its value', async () => {
    const { apiUrl, deps, dispatcher, world } = stage;
    const tokens = { botToken: world.botToken, appToken: world.appToken, signingSecret: undefined, apiUrl };
    const cases = [
      { wrong: { botToken: 'xoxb-wrong' }, name: 'SLACK_BOT_TOKEN' },
      { wrong: { appToken: 'xapp-wrong' }, name: 'SLACK_APP_TOKEN' },
    ];
    for (const { name, wrong } of cases) {
      const bot = createSlackBot({ config: { ...tokens, ...wrong }, deps, dispatcher, firstRetryMs: 20 });
      await bot.start();
      const problem = await until('problem', () => bot.problem?.()?.includes('invalid_auth') && bot.problem());
      expect(problem).not.toContain('wrong');
      expect(problem).toContain(
        `Slack refuses ${name} (invalid_auth). Copy it again from https://api.slack.com/apps → `,
      );
      await bot.stop();
    }
  });
});
