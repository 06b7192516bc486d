import { createRequire } from 'node:module';
import type { EChartsOption } from 'echarts';
import type { Chart } from './chart.ts';
import { chartOptions } from './chart-options.ts';
import { chartSize } from './frame.ts';
import type { LineChart } from './line-chart.ts';
import { lineOptions } from './line-options.ts';

/** Pixels in the picture for each of the drawing: chats show it at about half its size. */
const zoom = 1;

const fonts = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * The chart as a PNG of 1200 by 675 pixels, the same on every machine: its fonts are packages too. The libraries weigh more
 * than what draws with them, so they are loaded with the first picture.
 */
export async function drawChart(chart: Chart | LineChart): Promise<Uint8Array> {
  const svg = await chartSvg('panels' in chart ? lineOptions(chart) : chartOptions(chart));
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

async function chartSvg(options: EChartsOption): Promise<string> {
  const [
    { init, use },
    { BarChart, LineChart },
    { GraphicComponent, GridComponent, LegendComponent },
    { SVGRenderer },
  ] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  use([BarChart, LineChart, GraphicComponent, GridComponent, LegendComponent, SVGRenderer]);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, ...chartSize });
  try {
    drawing.setOption(options);
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}
