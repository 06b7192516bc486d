import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(() => {
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

describe('a slash command', () => {
  it('is acknowledged at once and answered to the person alone when it only reads', async () => {
    const { afterMs } = await stage.people.slash('whoami');
    expect(afterMs).toBeLessThan(1_000);
    const whisper = await until('answer', () => stage.world.whispers[0]);
    expect(wordsOf(whisper.blocks)).toContain('admin');
    expect(stage.world.messages).toEqual([]);
  });
});
