import type { EChartsOption } from 'echarts';
import type { Chart } from './chart.ts';
import { font, frame, legend, margin, tileHeight, tileTop } from './frame.ts';
import { palette } from './palette.ts';

/** What ECharts draws: a card, the title, a row of tiles, bars. */
export function chartOptions({ bars, emphasised, series, subtitle, tiles, title }: Chart): EChartsOption {
  const first = bars.length - emphasised;
  const highest = Math.max(0, ...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  return {
    animation: false,
    textStyle: { fontFamily: font, color: palette.text },
    legend,
    grid: { left: margin + 56, right: margin, top: tileTop + tileHeight + 44, bottom: 122 },
    xAxis: {
      type: 'category',
      data: bars.map(({ label }) => label),
      axisLine: { lineStyle: { color: palette.grid, width: 2 } },
      axisTick: { show: false },
      axisLabel: {
        color: palette.quiet,
        fontSize: 22,
        fontFamily: font,
        interval: (at) => bars.length <= 10 || (bars.length - 1 - at) % 2 === 0,
        margin: 14,
      },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      ...(highest < 3 && { max: 3 }),
      axisLabel: { color: palette.quiet, fontSize: 22, fontFamily: font },
      splitLine: { lineStyle: { color: palette.grid, width: 1 } },
    },
    series: series.map(({ color, name }, at) => ({
      type: 'bar',
      stack: 'all',
      name,
      barCategoryGap: '32%',
      color: palette[color],
      data: bars.map(({ parts }, bar) => ({
        value: parts[at] ?? 0,
        itemStyle: { opacity: bar < first ? 0.45 : 1 },
      })),
    })),
    graphic: { elements: frame({ title, subtitle, tiles }) },
  };
}
