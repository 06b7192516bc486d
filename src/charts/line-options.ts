import type { EChartsOption } from 'echarts';
import { chartSize, font, frame, legend, margin, text, tileHeight, tileTop } from './frame.ts';
import type { LineChart, LinePanel } from './line-chart.ts';
import { palette } from './palette.ts';

const axisWidth = 110;
const top = tileTop + tileHeight + 72;
const bottom = 122;

/** A limit this much higher than everything below it would flatten the lines. */
const limitShown = 4;

/** Most labels below a panel. */
const mostLabels = 5;

/** What ECharts draws: a card, the title, a row of tiles, panels of lines side by side. */
export function lineOptions({ labels, panels, subtitle, tiles, title }: LineChart): EChartsOption {
  const width = (chartSize.width - 2 * margin) / Math.max(1, panels.length);
  const left = (at: number) => margin + at * width;
  return {
    animation: false,
    textStyle: { fontFamily: font, color: palette.text },
    legend: {
      ...legend,
      icon: 'rect',
      data: [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))],
    },
    grid: panels.map((_panel, at) => ({ left: left(at) + axisWidth, width: width - axisWidth - 16, top, bottom })),
    xAxis: panels.map((_panel, gridIndex) => ({
      gridIndex,
      type: 'category',
      boundaryGap: false,
      data: labels,
      axisLine: { lineStyle: { color: palette.grid, width: 2 } },
      axisTick: { show: false },
      axisLabel: {
        color: palette.quiet,
        fontSize: 20,
        fontFamily: font,
        interval: (at) => at % Math.max(1, Math.ceil(labels.length / mostLabels)) === 0,
        margin: 14,
      },
    })),
    yAxis: panels.map(({ show, ...panel }, gridIndex) => ({
      gridIndex,
      type: 'value',
      min: 0,
      ...scaleOf(panel),
      axisLabel: { color: palette.quiet, fontSize: 20, fontFamily: font, formatter: show },
      splitLine: { lineStyle: { color: palette.grid, width: 1 } },
    })),
    series: panels.flatMap((panel, at) => seriesOf(panel, at, labels.length)),
    graphic: {
      elements: [
        ...frame({ title, subtitle, tiles }),
        ...panels.map((panel, at) => text(panel.title, { x: left(at), y: top - 52 }, { size: 24, bold: true })),
      ],
    },
  };
}

function highest({ lines }: Pick<LinePanel, 'lines'>): number {
  return Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
}

function limitOf({ limit, ...panel }: Pick<LinePanel, 'lines' | 'limit'>): number | undefined {
  return limit !== undefined && limit <= highest(panel) * limitShown ? limit : undefined;
}

/** Four steps, as people read them: of memory a power of two, else 1, 2, 2.5 or 5 times a power of ten. */
function scaleOf(panel: Omit<LinePanel, 'show'>): { max: number; interval: number } {
  const most = Math.max(highest(panel), limitOf(panel) ?? 0) * 1.05;
  const step = panel.binary ? 2 ** Math.ceil(Math.log2(Math.max(4, most) / 4)) : niceStep(most / 4);
  return { max: 4 * step, interval: step };
}

function niceStep(least: number): number {
  if (least <= 0) return 0.25;
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10) * power;
}

function seriesOf(panel: LinePanel, at: number, count: number) {
  const limit = limitOf(panel);
  const axes = { xAxisIndex: at, yAxisIndex: at, type: 'line' as const, symbol: 'none' };
  return [
    ...panel.lines.map(({ color, name, values }) => ({
      ...axes,
      name,
      color: palette[color],
      lineStyle: { width: 4, color: palette[color] },
      // A point between two gaps is no line.
      symbol: 'circle',
      symbolSize: 6,
      showSymbol: values.some((value, index) => value !== null && lonely(values, index)),
      data: values,
    })),
    ...(limit === undefined
      ? []
      : [
          {
            ...axes,
            lineStyle: { width: 3, type: 'dashed' as const, color: palette.quiet },
            data: Array.from({ length: count }, () => limit),
          },
        ]),
  ];
}

function lonely(values: readonly (number | null)[], at: number): boolean {
  return (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;
}
