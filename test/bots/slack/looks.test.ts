import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newerBlocks } from '../../../src/bots/slack/newer-blocks.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { executeSql } from '../../../src/database/database.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

const step = { id: 'build', title: 'Build', state: 'current' } as const;
const live: Reply = { tone: 'info', title: 'shop/api', text: 'building', steps: { title: 'building', steps: [step] } };
const table: Reply = { tone: 'info', title: 'Rows', table: { columns: ['Name'], rows: [['shop/api']] } };
const chart = { title: 'Load', kind: 'bar', categories: ['1 Nov'], series: [{ name: 'Ok', values: [3] }] } as const;
const picture = { png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), alt: 'Load of a day' };
const charted = { tone: 'info', title: 'Load', charts: [chart], picture } as unknown as Reply;

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  stage.world.unknownBlocks.clear();
  stage.forget();
});
afterAll(() => stage.close());

const kindsOf = (at = 0) =>
  (stage.world.messages[at]?.blocks as { type: string }[] | undefined)?.map(({ type }) => type);
const remembered = async () => {
  const { rows } = await executeSql<{ value: string }>(
    stage.db.database.asSystem(),
    `select value from installation where name = 'slack_refused_blocks:T1'`,
  );
  return rows[0]?.value.split(' ').toSorted();
};

describe('a workspace that takes the newer blocks', () => {
  it('gets a plan, edited in place, and a chart without a picture', async () => {
    const ref = await stage.bot.post('C1', live);
    await stage.bot.edit(ref, { ...live, text: 'done', steps: { title: 'done', steps: [{ ...step, state: 'done' }] } });
    expect(kindsOf()).toContain('plan');
    expect(wordsOf(stage.world.messages[0]?.blocks)).toContain('done');
    await stage.bot.post('C1', charted);
    expect(kindsOf(1)).toContain('data_visualization');
    expect([stage.world.files.size, stage.world.refused, await remembered()]).toEqual([0, [], undefined]);
  });
});

describe('a workspace that does not know a newer block', () => {
  it('gets the message at once in the older ones, and never asks for that block again', async () => {
    stage.world.unknownBlocks.add('plan');
    const ref = await stage.bot.post('C1', live);
    expect(kindsOf()).not.toContain('plan');
    expect(wordsOf(stage.world.messages[0]?.blocks)).toContain('building');
    expect(stage.world.refused.splice(0)).toEqual([expect.stringContaining('unsupported type: plan')]);
    await stage.bot.edit(ref, { ...live, text: 'done' });
    await stage.bot.post('C2', table);
    expect(kindsOf(1)).toContain('data_table');
    expect(stage.world.refused).toEqual([]);
    await until('it is remembered', async () => (await remembered())?.join() === 'plan');
  });

  it('is remembered by the next process, for each block', async () => {
    stage.world.unknownBlocks.add('plan').add('data_table').add('data_visualization');
    await stage.bot.post('C1', table);
    await stage.bot.post('C1', charted);
    expect(stage.world.refused.splice(0)).toHaveLength(2);
    expect([...stage.world.files.values()].map(({ filename }) => filename)).toEqual(['picture.png']);
    await until('all are remembered', async () => (await remembered())?.length === newerBlocks.length);
    const next = stage.makeBot();
    await next.start();
    await until('what was refused is read', async () => {
      stage.world.refused.length = 0;
      await next.post('C1', { ...table, ...live });
      return stage.world.refused.length === 0;
    });
    await next.stop();
  });
});

describe('a message that is refused for another reason', () => {
  it('does not take the newer blocks away', async () => {
    stage.world.unknownBlocks.add('rich_text');
    const other = stage.makeBot();
    await expect(other.post('C1', table)).rejects.toMatchObject({ kind: 'content' });
    stage.world.unknownBlocks.clear();
    stage.world.refused.length = 0;
    await other.post('C1', table);
    expect(kindsOf()).toContain('data_table');
    await other.stop();
  });
});
