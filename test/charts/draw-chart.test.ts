import { describe, expect, it } from '@jest/globals';
import type { Chart } from '../../src/charts/chart.ts';
import { drawChart } from '../../src/charts/draw-chart.ts';
import { palette } from '../../src/charts/palette.ts';

const chart: Chart = {
  title: 'shop/* <b>"&amp;',
  subtitle: '2026-11-20 09:00 to 2026-11-27 09:00 Europe/Berlin',
  tiles: ['better', 'worse', 'same', 'same'].map((trend) => ({
    label: 'Lead time',
    value: '4 h 12 min',
    note: 'was 51 min',
    trend: trend as 'same',
  })),
  series: [
    { name: 'Succeeded', color: 'good' },
    { name: 'Failed', color: 'bad' },
  ],
  bars: Array.from({ length: 14 }, (_, at) => ({ label: `${at + 1} Nov`, parts: [at * 7, at % 3] })),
  emphasised: 7,
};

/** Width and height of a PNG. */
function sizeOf(png: Uint8Array): [number, number] {
  const bytes = Buffer.from(png);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

describe('a chart', () => {
  it('is a PNG that is the same each time, of a size that chats take', async () => {
    const png = await drawChart(chart);
    expect(Buffer.from(png).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect(sizeOf(png)).toEqual([1_200, 675]);
    expect(png.length).toBeGreaterThan(10_000);
    expect(png.length).toBeLessThan(200_000);
    expect(Buffer.from(await drawChart(chart)).equals(Buffer.from(png))).toBe(true);
  });

  it('can be of nothing', async () => {
    const empty = { ...chart, tiles: [], bars: [], emphasised: 0 };
    expect(sizeOf(await drawChart(empty))).toEqual([1_200, 675]);
  });

  it.each(['text', 'quiet', 'good', 'warning', 'bad', 'blue', 'violet'] as const)(
    'shows %s that can be read on its card',
    (color) => {
      expect(contrast(palette[color], palette.card)).toBeGreaterThan(4.5);
      expect(contrast(palette[color], palette.tile)).toBeGreaterThan(4.5);
    },
  );

  it('has a card that stands out from a light theme, and a rim from dark ones', () => {
    expect(contrast(palette.card, '#ffffff')).toBeGreaterThan(10);
    for (const dark of ['#1a1d21', '#313338', '#000000']) expect(contrast(palette.rim, dark)).toBeGreaterThan(1.9);
  });
});

/** @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
