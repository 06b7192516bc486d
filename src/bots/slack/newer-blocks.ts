import type { types } from '@slack/bolt';
import { harmless, oneLine } from '../../harmless-text.ts';
import type { Reply, ReplyChart, ReplyTable, Step } from '../../replies/reply.ts';
import { cutLog, cutRows, cutText } from '../truncate.ts';
import { fitJson, jsonLength } from './fit-json.ts';
import { link, markdown, plain, preformatted, richText, section } from './rich-text.ts';

/** Blocks of 2026, which some workspaces and clients do not take yet. */
export const newerBlocks = ['plan', 'data_table', 'data_visualization'] as const;
export type NewerBlock = (typeof newerBlocks)[number];
/** What else a workspace may lack. */
export const newerParts = [...newerBlocks, 'work_object'] as const;
export type NewerPart = (typeof newerParts)[number];

/** @see https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, which `@slack/types` 3.2 lacks. */
interface DataVisualizationBlock {
  type: 'data_visualization';
  title: string;
  chart: {
    type: ReplyChart['kind'];
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; y_label?: string };
  };
}

/** Slack's, of each block's page in its reference. */
const limits = {
  title: 150,
  columns: 20,
  /** Beside the header. */
  rows: 100,
  chart: { title: 50, series: 6, categories: 20, label: 20, axis: 50 },
};
/** No document says so; with a third one the message is refused. */
const mostCharts = 2;
const mostCell = 200;
const mostDetail = 300;
const mostOutput = 1_500;
/** Of a page of a table, which has five unless told. */
const pageSize = 20;
/** A line below a table that was cut, and the title of another one. */
const overhead = 300;

const states: Record<Step['state'], types.TaskCardBlock['status']> = {
  waiting: 'pending',
  current: 'in_progress',
  done: 'complete',
  skipped: 'complete',
  failed: 'error',
};

/** The steps of a live message. */
export function planBlocks({ steps: whole }: Reply): types.KnownBlock[] {
  if (!whole || whole.steps.length === 0) return [];
  const tasks = whole.steps.map(({ detail, id, output, state, title }) => ({
    type: 'task_card' as const,
    task_id: id,
    title: cutText(oneLine(title), limits.title),
    status: states[state],
    ...(detail && { details: richText(section(...markdown(cutText(harmless(detail), mostDetail)))) }),
    ...(output && { output: richText(preformatted(fitJson(output, mostOutput, cutLog))) }),
  }));
  return [{ type: 'plan', title: cutText(oneLine(whole.title), limits.title) || 'Deployment', tasks }];
}

/** Undefined when it cannot be one: sentences wrap nowhere in its cells. */
export function dataTable(
  table: ReplyTable,
  { caption, page, room }: { caption: string; page: string | undefined; room: number },
): types.KnownBlock[] | undefined {
  const { columns, prose, rows } = table;
  if (prose || rows.length === 0 || columns.length > limits.columns) return undefined;
  const header = columns.map((name) => rawText(name));
  const cells = rows.slice(0, limits.rows).map((row, at) => columns.map((_, column) => cellOf(table, row, at, column)));
  const { rows: fitting } = cutRows(cells, room - jsonLength(header) - overhead, jsonLength);
  if (fitting.length === 0) return undefined;
  const left = rows.length - fitting.length;
  const more = `… ${left} more`;
  return [
    {
      type: 'data_table',
      caption: cutText(oneLine(caption), limits.title) || 'Table',
      rows: [header, ...fitting],
      page_size: pageSize,
    },
    ...(left > 0 ? [richText(section(page === undefined ? plain(more) : link(page, more)))] : []),
  ];
}

type Cell = types.DataTableBlock['rows'][number][number];

function cellOf({ links, numbers }: ReplyTable, row: string[], at: number, column: number): Cell {
  const text = row[column] ?? '';
  const url = links?.[column]?.[at];
  if (url !== undefined && text !== '') return richText(section(link(url, cutText(text, mostCell))));
  const value = numbers?.[column]?.[at];
  const { text: shown } = rawText(text);
  return value === undefined || !Number.isFinite(value) ? rawText(text) : { type: 'raw_number', value, text: shown };
}

/** Slack drops the whole message for an empty cell. */
function rawText(text: string): { type: 'raw_text'; text: string } {
  return { type: 'raw_text', text: cutText(harmless(oneLine(text)), mostCell) || '–' };
}

/** Undefined when one of them is none that Slack draws, so that the picture is shown. */
export function chartBlocks({ charts = [] }: Reply): types.KnownBlock[] | undefined {
  const drawn = charts.slice(0, mostCharts).map(chartBlock);
  const blocks = drawn.filter((block) => block !== undefined);
  if (blocks.length === 0 || blocks.length < charts.length) return undefined;
  return blocks as unknown as types.KnownBlock[];
}

function chartBlock({ categories, kind, series, title, unit }: ReplyChart): DataVisualizationBlock | undefined {
  const { chart } = limits;
  const labels = categories.map((name) => cutText(oneLine(name), chart.label));
  const names = series.map(({ name }) => cutText(oneLine(name), chart.label));
  const isSound =
    within(labels, chart.categories) &&
    within(names, chart.series) &&
    series.every(({ values }) => values.length === labels.length && values.every(Number.isFinite));
  if (!isSound) return undefined;
  return {
    type: 'data_visualization',
    title: cutText(oneLine(title), chart.title) || 'Chart',
    chart: {
      type: kind,
      series: series.map(({ values }, at) => ({
        name: names[at] ?? '',
        data: values.map((value, place) => ({ label: labels[place] ?? '', value })),
      })),
      axis_config: { categories: labels, ...(unit !== undefined && { y_label: cutText(unit, chart.axis) }) },
    },
  };
}

/** From one to so many, all different. */
function within(names: string[], most: number): boolean {
  return names.length > 0 && names.length <= most && !names.includes('') && new Set(names).size === names.length;
}
