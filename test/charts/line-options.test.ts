import { describe, expect, it } from '@jest/globals';
import { drawChart } from '../../src/charts/draw-chart.ts';
import type { LineChart, LinePanel } from '../../src/charts/line-chart.ts';
import { lineOptions } from '../../src/charts/line-options.ts';
import { palette } from '../../src/charts/palette.ts';

const panel: LinePanel = {
  title: 'Memory',
  binary: true,
  show: String,
  lines: [{ name: 'web', color: 'good', values: [1, null, 300, null] }],
};

function chartOf(...panels: LinePanel[]): LineChart {
  const tiles = [{ label: 'Memory', value: '300 B', note: 'at most 300 B', trend: 'same' as const }];
  return { title: 'shop/api', subtitle: 'today', tiles, labels: ['1', '2', '3', '4'], panels };
}

describe('lines', () => {
  it.each([
    ['of memory, in powers of two', panel, { max: 512, interval: 128 }],
    ['of numbers, in powers of ten', { ...panel, binary: false }, { max: 400, interval: 100 }],
    ['up to a limit', { ...panel, limit: 1_000 }, { max: 2_048, interval: 512 }],
    ['without a limit far above', { ...panel, limit: 2_000 }, { max: 512, interval: 128 }],
    ['of nothing', { ...panel, binary: false, lines: [] }, { max: 1, interval: 0.25 }],
  ])('have an axis %s', (_what, one, scale) => {
    expect(lineOptions(chartOf(one)).yAxis).toEqual([expect.objectContaining({ min: 0, ...scale })]);
  });

  it('have a gap where nothing is known, dots where a value is alone, and a dashed limit', () => {
    const { series } = lineOptions(chartOf({ ...panel, limit: 400 }));
    expect(series).toEqual([
      expect.objectContaining({ name: 'web', color: palette.good, showSymbol: true, data: [1, null, 300, null] }),
      expect.objectContaining({ data: [400, 400, 400, 400], symbol: 'none' }),
    ]);
  });

  it('are drawn as a PNG of the size of the other pictures', async () => {
    const png = Buffer.from(await drawChart(chartOf(panel, { ...panel, binary: false })));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_200, 675]);
    expect(png.length).toBeGreaterThan(10_000);
  });
});
