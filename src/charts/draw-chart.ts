import { createRequire } from 'node:module';
import type { Chart } from './chart.ts';
import { chartOptions, chartSize } from './chart-options.ts';

/** Pixels in the picture for each of the drawing: chats show it at about half its size. */
const zoom = 1;

const fonts = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * The chart as a PNG of 1200 by 675 pixels, the same on every machine: its fonts are packages too. The libraries weigh more
 * than what draws with them, so they are loaded with the first picture.
 */
export async function drawChart(chart: Chart): Promise<Uint8Array> {
  const svg = await chartSvg(chart);
  const { renderAsync } = await import('@resvg/resvg-js');
  const require = createRequire(import.meta.url);
  const rendered = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      fontFiles: fonts.map((font) => require.resolve(`dejavu-fonts-ttf/ttf/${font}`)),
      loadSystemFonts: false,
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return rendered.asPng();
}

async function chartSvg(chart: Chart): Promise<string> {
  const [{ init, use }, { BarChart }, { GraphicComponent, GridComponent, LegendComponent }, { SVGRenderer }] =
    await Promise.all([
      import('echarts/core'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/renderers'),
    ]);
  use([BarChart, GraphicComponent, GridComponent, LegendComponent, SVGRenderer]);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, ...chartSize });
  try {
    drawing.setOption(chartOptions(chart));
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}
