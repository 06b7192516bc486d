import { formatDuration } from '../units/durations.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import type { Metrics, ServiceMetrics } from '../usecases/metrics/read-metrics.ts';
import { metricsCharts } from './metrics-charts.ts';
import { usageFields } from './metrics-words.ts';
import type { Reply } from './reply.ts';

/** Services in one reply; the picture has them all. */
const mostServices = 10;

/** From this on, the fullest task is close to being ended by the kernel. */
const fullShare = 0.9;

/** What an application used, in words and lines of blocks, with its picture. */
export async function metricsReply(metrics: Metrics, zone: string): Promise<Reply> {
  const words = metricsWords(metrics);
  if (metrics.services.length === 0) return words;
  const { drawChart } = await import('../charts/draw-chart.ts');
  const { metricsChart } = await import('./metrics-chart.ts');
  const png = await drawChart(metricsChart(metrics, zone));
  return {
    ...words,
    picture: { png, alt: `CPU and memory over ${periodText(metrics)}` },
    charts: metricsCharts(metrics, zone),
    fieldsDraw: true,
  };
}

export function metricsWords(metrics: Metrics): Reply {
  const { application, services, stepSeconds } = metrics;
  const shown = services.slice(0, mostServices);
  const left = services.length - shown.length;
  const measured =
    services.length === 0
      ? `Nothing was measured within ${periodText(metrics)}. Running tasks are measured every minute.`
      : `Covers ${periodText(metrics)} in steps of ${formatDuration(stepSeconds * 1_000)}.`;
  return {
    tone: isWorrying(metrics) ? 'warning' : 'info',
    title: `Metrics of ${applicationName(application)}`,
    text: [
      measured,
      ...unmeasuredLines(metrics),
      ...(left > 0 ? [`${left} more services: \`--service\` shows one.`] : []),
    ].join('\n'),
    fields: shown.flatMap((service) => {
      const fields = usageFields(metrics, service);
      if (service.service === undefined) return fields;
      return [{ name: service.service, value: fields.map(({ name, value }) => `${name} ${value}`).join('\n') }];
    }),
    data: metricsData(metrics),
  };
}

function periodText({ from, to }: Metrics): string {
  return formatDuration(to.getTime() - from.getTime());
}

function unmeasuredLines({ unmeasured }: Metrics): string[] {
  if (unmeasured === undefined) return ['Docker does not answer, so nodes that are not measured are not known.'];
  if (unmeasured.length === 0) return [];
  const which = unmeasured.length === 1 ? `node ${unmeasured[0]}` : `nodes ${unmeasured.join(', ')}`;
  return [`Without the tasks on ${which}: only the node of the Docker Engine that Shipmate uses is measured.`];
}

function isWorrying({ services, unmeasured }: Metrics): boolean {
  return (unmeasured?.length ?? 1) > 0 || services.some(({ points }) => (points.at(-1)?.memoryShare ?? 0) >= fullShare);
}

/** As data: nulls where nothing is known. */
function metricsData({ application, from, services, stepSeconds, to, unmeasured }: Metrics) {
  return {
    application: applicationName(application),
    from: from.toISOString(),
    to: to.toISOString(),
    stepSeconds,
    services: services.map(({ points, service, tasks }: ServiceMetrics) => ({
      service: service ?? null,
      points: points.map((point) => withNulls(point)),
      tasks: tasks.map((task) => withNulls(task)),
    })),
    unmeasuredNodes: unmeasured ?? null,
  };
}

function withNulls<T extends object>(row: T): { [Key in keyof T]: unknown } {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    value instanceof Date ? value.toISOString() : (value ?? null),
  ]);
  return Object.fromEntries(entries) as { [Key in keyof T]: unknown };
}
