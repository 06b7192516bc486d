import type { ChartTile } from './chart.ts';
import { palette } from './palette.ts';

/** Pixels. */
export const chartSize = { width: 1_200, height: 675 };

export const font = 'DejaVu Sans';
export const margin = 48;
export const tileTop = 128;
export const tileHeight = 148;
const gap = 20;

/** What the series are called, below the plot. */
export const legend = {
  bottom: 26,
  itemWidth: 22,
  itemHeight: 22,
  itemGap: 36,
  textStyle: { fontSize: 24, color: palette.text, fontFamily: font },
};

/** The card with its title and a row of tiles. */
export function frame({ subtitle, tiles, title }: { title: string; subtitle: string; tiles: ChartTile[] }) {
  return [card(), ...heading(title, subtitle), ...tiles.flatMap((tile, at) => tileOf(tile, at, tiles.length))];
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

export function text(
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
