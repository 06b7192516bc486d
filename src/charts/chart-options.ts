import type { EChartsOption } from 'echarts';
import type { Chart, ChartTile } from './chart.ts';
import { palette } from './palette.ts';

/** Pixels. */
export const chartSize = { width: 1_200, height: 675 };

const font = 'DejaVu Sans';
const margin = 48;
const tileTop = 128;
const tileHeight = 148;
const gap = 20;

/** What ECharts draws: a card, the title, a row of tiles, bars. */
export function chartOptions({ bars, emphasised, series, subtitle, tiles, title }: Chart): EChartsOption {
  const first = bars.length - emphasised;
  const highest = Math.max(0, ...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  return {
    animation: false,
    textStyle: { fontFamily: font, color: palette.text },
    legend: {
      bottom: 26,
      itemWidth: 22,
      itemHeight: 22,
      itemGap: 36,
      textStyle: { fontSize: 24, color: palette.text, fontFamily: font },
    },
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
    graphic: {
      elements: [card(), ...heading(title, subtitle), ...tiles.flatMap((tile, at) => tileOf(tile, at, tiles.length))],
    },
  };
}

/** Behind everything, rounded; around it the picture is transparent. */
function card() {
  const { height, width } = chartSize;
  return {
    type: 'rect' as const,
    z: -10,
    silent: true,
    shape: { x: 2, y: 2, width: width - 4, height: height - 4, r: 24 },
    style: { fill: palette.card, stroke: palette.rim, lineWidth: 3 },
  };
}

function heading(title: string, subtitle: string) {
  return [
    text(title, { x: margin, y: 34 }, { size: 36, bold: true }),
    text(subtitle, { x: margin, y: 84 }, { size: 24, color: palette.quiet }),
  ];
}

const trends: Record<ChartTile['trend'], string> = {
  better: palette.good,
  worse: palette.bad,
  same: palette.quiet,
};

function tileOf({ label, note, trend, value }: ChartTile, at: number, count: number) {
  const width = (chartSize.width - 2 * margin - gap * (count - 1)) / count;
  const x = margin + at * (width + gap);
  return [
    {
      type: 'rect' as const,
      z: -5,
      silent: true,
      shape: { x, y: tileTop, width, height: tileHeight, r: 14 },
      style: { fill: palette.tile },
    },
    text(label, { x: x + 18, y: tileTop + 16 }, { size: 20, color: palette.quiet }),
    text(value, { x: x + 18, y: tileTop + 50 }, { size: 36, bold: true }),
    text(note, { x: x + 18, y: tileTop + 106 }, { size: 20, color: trends[trend] }),
  ];
}

function text(
  words: string,
  { x, y }: { x: number; y: number },
  { bold = false, color = palette.text, size }: { size: number; bold?: boolean; color?: string },
) {
  return {
    type: 'text' as const,
    z: 5,
    silent: true,
    x,
    y,
    style: {
      text: words,
      fill: color,
      fontFamily: font,
      fontSize: size,
      fontWeight: bold ? ('bold' as const) : ('normal' as const),
      verticalAlign: 'top' as const,
    },
  };
}
