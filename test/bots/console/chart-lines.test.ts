import { describe, expect, it } from '@jest/globals';
import { chartLines } from '../../../src/bots/console/chart-lines.ts';
import { columnsOf } from '../../../src/bots/console/columns.ts';
import { painter } from '../../../src/bots/console/terminal-text.ts';
import type { ReplyChart } from '../../../src/replies/reply.ts';

const chart: ReplyChart = {
  title: 'Memory',
  kind: 'line',
  categories: ['10:00', '10:05', '10:10'],
  series: [
    { name: 'shop/api', values: [0, 50, 100] },
    { name: 'shop/web', values: [7, 7, 7] },
  ],
  unit: 'MB',
};

describe('a chart on a terminal', () => {
  it('has a line of blocks for each series, with its range and what is at both ends', () => {
    expect(chartLines(chart, 60, painter(false))).toEqual([
      'Memory',
      'shop/api  ▁▅█  0–100 MB',
      'shop/web  ███  7–7 MB',
      '          10:00 … 10:10',
    ]);
  });

  it('of more values than columns shows the largest of those that share one', () => {
    const values = Array.from({ length: 1_000 }, (_, at) => (at === 500 ? 9 : 0));
    const categories = values.map((_, at) => `${at}`);
    const lines = chartLines({ ...chart, categories, series: [{ name: 'a', values }] }, 60, painter(false));
    expect(lines[1]).toContain('█');
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(60);
  });

  it('of one value, of nothing but zero and of none is drawn too', () => {
    const line = (values: number[]) => chartLines({ ...chart, series: [{ name: 'a', values }] }, 60, painter(false))[1];
    expect(line([5])).toBe('a  █  5–5 MB');
    expect(line([0])).toBe('a  ▁  0–0 MB');
    expect(line([])).toBe('a');
  });
});
