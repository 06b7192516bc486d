import { beforeEach, describe, expect, it } from '@jest/globals';
import { newerBlocks } from '../../../src/bots/slack/newer-blocks.ts';
import { renderReply } from '../../../src/bots/slack/render.ts';
import type { Reply, ReplyChart } from '../../../src/replies/reply.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { validateSlackMessage } from '../../support/slack/validate.ts';

const all = new Set<never>();
type Shown = { type: string } & Record<string, unknown>;
const blocksOf = (reply: Reply) => renderReply(reply, all).blocks as unknown as Shown[];
const ofType = (reply: Reply, type: string) => blocksOf(reply).filter((block) => block.type === type);

const live: Reply = {
  tone: 'info',
  title: 'shop/api 3f2c1ab',
  text: 'building (step 3 of 7)\nasked by ada (slack)',
  steps: {
    title: 'building (step 3 of 7)',
    steps: [
      { id: 'queue', title: 'Queue', state: 'done', detail: '2 s' },
      { id: 'clone', title: 'Clone', state: 'skipped' },
      { id: 'build', title: 'Build', state: 'current', detail: 'step 3 of 7' },
      { id: 'roll_out', title: 'Roll out', state: 'waiting' },
    ],
  },
};

describe('the steps of a deployment', () => {
  it('are the tasks of a plan, and what its title says is not said above it', () => {
    const [plan] = ofType(live, 'plan');
    expect(plan).toMatchObject({
      title: 'building (step 3 of 7)',
      tasks: [
        { task_id: 'queue', title: 'Queue', status: 'complete' },
        { task_id: 'clone', title: 'Clone', status: 'complete' },
        { task_id: 'build', title: 'Build', status: 'in_progress' },
        { task_id: 'roll_out', title: 'Roll out', status: 'pending' },
      ],
    });
    const words = wordsOf(blocksOf(live));
    expect(words.split('building (step 3 of 7)')).toHaveLength(2);
    expect(words).toContain('asked by ada (slack)');
    expect(renderReply(live, all).text).toContain('building (step 3 of 7)');
  });

  it('have the lines that matter in the task that failed, and nowhere else', () => {
    const output = 'Error: Cannot find module `pg`';
    const failed: Reply = {
      ...live,
      code: output,
      steps: { title: 'failed.', steps: [{ id: 'release', title: 'Release command', state: 'failed', output }] },
    };
    expect(ofType(failed, 'plan')).toMatchObject([{ tasks: [{ status: 'error' }] }]);
    expect(wordsOf(blocksOf(failed)).split(output)).toHaveLength(2);
    expect(wordsOf(renderReply(failed).blocks).split(output)).toHaveLength(2);
  });
});

describe('a table', () => {
  const table = {
    columns: ['Id', 'Outcome', 'Took'],
    rows: [
      ['3f2c1ab4', 'success', '34 s'],
      ['9d0e1f2a', '', ''],
    ],
    numbers: { 2: [34, undefined] },
    links: { 0: ['https://ship.example/deployments/1', undefined] },
  };

  it('can be sorted by its numbers, links to its pages, and has no empty cell', () => {
    const reply: Reply = { tone: 'info', title: 'Deployments of shop/api', table };
    expect(ofType(reply, 'data_table')).toMatchObject([
      {
        caption: 'Deployments of shop/api',
        rows: [
          [{ text: 'Id' }, { text: 'Outcome' }, { text: 'Took' }],
          [
            { type: 'rich_text' },
            { type: 'raw_text', text: 'success' },
            { type: 'raw_number', value: 34, text: '34 s' },
          ],
          [
            { type: 'raw_text', text: '9d0e1f2a' },
            { type: 'raw_text', text: '–' },
            { type: 'raw_text', text: '–' },
          ],
        ],
      },
    ]);
    expect(JSON.stringify(blocksOf(reply))).toContain('https://ship.example/deployments/1');
  });

  it('over the limit of rows ends in a line that leads to its page', () => {
    const rows = Array.from({ length: 150 }, (_, at) => [`${at}`]);
    const reply: Reply = { tone: 'info', page: 'https://ship.example/p', table: { columns: ['N'], rows } };
    expect(ofType(reply, 'data_table')).toMatchObject([{ rows: { length: 101 } }]);
    expect(JSON.stringify(blocksOf(reply).at(-1))).toContain('"url":"https://ship.example/p","text":"… 50 more"');
    expect(validateSlackMessage(renderReply(reply, all))).toEqual([]);
  });

  it.each<[string, Reply['table']]>([
    ['of sentences', { columns: ['Option', 'Meaning'], rows: [['--to', 'Where it goes.']], prose: true }],
    ['of 21 columns', { columns: Array.from({ length: 21 }, (_, at) => `${at}`), rows: [['x']] }],
    ['without rows', { columns: ['Id'], rows: [] }],
  ])('%s is text, as it was', (_what, given) => {
    const reply: Reply = { tone: 'info', ...(given && { table: given }) };
    expect(ofType(reply, 'data_table')).toEqual([]);
    expect(blocksOf(reply)).toEqual(renderReply(reply).blocks);
  });
});

describe('a chart', () => {
  const chart: ReplyChart = {
    title: 'Memory',
    kind: 'line',
    categories: ['10:00', '10:05'],
    series: [{ name: 'shop/api', values: [100, 120.5] }],
    unit: 'MB',
  };

  it('is drawn by Slack', () => {
    expect(ofType({ tone: 'info', charts: [chart] }, 'data_visualization')).toEqual([
      {
        type: 'data_visualization',
        title: 'Memory',
        chart: {
          type: 'line',
          series: [
            {
              name: 'shop/api',
              data: [
                { label: '10:00', value: 100 },
                { label: '10:05', value: 120.5 },
              ],
            },
          ],
          axis_config: { categories: ['10:00', '10:05'], y_label: 'MB' },
        },
      },
    ]);
  });

  it.each<[string, ReplyChart[]]>([
    ['a third one', [chart, chart, chart]],
    ['21 categories', [{ ...chart, categories: Array.from({ length: 21 }, (_, at) => `${at}`), series: [] }]],
    ['two series of one name', [{ ...chart, series: [...chart.series, ...chart.series] }]],
    ['names that are the same once they are cut', [{ ...chart, categories: ['x'.repeat(30), 'x'.repeat(31)] }]],
    ['a value that is no number', [{ ...chart, series: [{ name: 'a', values: [1, Number.NaN] }] }]],
    ['a value too few', [{ ...chart, series: [{ name: 'a', values: [1] }] }]],
    ['no series', [{ ...chart, series: [] }]],
  ])('that Slack would refuse is left to the picture: %s', (_what, charts) => {
    expect(ofType({ tone: 'info', text: 'Load', charts }, 'data_visualization')).toEqual([]);
  });
});

describe('the validator', () => {
  let table: Shown | undefined;
  beforeEach(() => {
    [table] = ofType({ tone: 'info', table: { columns: ['A'], rows: [['b']] } }, 'data_table');
  });
  const refusal = (...blocks: unknown[]) => validateSlackMessage({ text: 'x', blocks });
  const cell = (text: string) => ({ type: 'raw_text', text });

  it('takes what is within the limits', () => {
    expect(refusal(table)).toEqual([]);
  });

  it.each<[string, () => unknown[]]>([
    ['an empty cell', () => [{ ...table, rows: [[cell('A')], [cell('')]] }]],
    ['rows of two lengths', () => [{ ...table, rows: [[cell('A')], [cell('b'), cell('c')]] }]],
    ['102 rows', () => [{ ...table, rows: Array.from({ length: 102 }, () => [cell('A')]) }]],
    ['no caption', () => [{ ...table, caption: '' }]],
    [
      'a status of another word',
      () => [
        { type: 'plan', title: 'x', tasks: [{ type: 'task_card', task_id: '1', title: 'x', status: 'completed' }] },
      ],
    ],
    ['two plans', () => [...ofType(live, 'plan'), ...ofType(live, 'plan')]],
  ])('refuses %s', (_what, blocks) => {
    expect(refusal(...blocks())).not.toEqual([]);
  });

  it('knows all newer blocks', () => {
    const unknown = new Set<string>(newerBlocks);
    expect(validateSlackMessage(renderReply(live, all), unknown)).toEqual([
      expect.stringMatching(/^invalid_blocks: unsupported type: plan \[json-pointer:\/blocks\/\d\/type\]$/),
    ]);
  });
});
