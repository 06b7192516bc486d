import { formatTime } from '../units/times.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import type { MetricPoint } from '../usecases/metrics/metrics-rows.ts';
import type { Metrics, ServiceMetrics } from '../usecases/metrics/read-metrics.ts';
import { highestOf, seriesOf, stepsOf } from './metrics-words.ts';
import type { ReplyChart } from './reply.ts';
import { squeeze } from './sparkline.ts';

/** Slack's for a chart: series, and places along it. */
const most = { series: 6, categories: 20 };
const mebibyte = 1024 ** 2;

type Value = (point: MetricPoint) => number | undefined;

/** CPU and memory of the services that use most, the highest of each stretch of time. */
export function metricsCharts(metrics: Metrics, zone: string): ReplyChart[] {
  const steps = stepsOf(metrics);
  const places = Math.min(steps.length, most.categories);
  const categories = Array.from({ length: places }, (_, at) =>
    formatTime(steps[Math.floor((at * steps.length) / places)] ?? metrics.from, zone).slice(5, 16),
  );
  const chart = (title: string, unit: string, value: Value): ReplyChart => ({
    title,
    kind: 'line',
    unit,
    categories,
    series: mostUsed(metrics, steps, value).map(({ service, values }) => ({
      name: service ?? applicationName(metrics.application),
      values: squeeze(values, places).map((one) => one ?? 0),
    })),
  });
  return [
    chart('CPU', 'cores', ({ cpuCores }) => cpuCores),
    chart('Memory', 'MiB', ({ memoryBytes, tasks }) => (tasks > 0 ? Math.round(memoryBytes / mebibyte) : undefined)),
  ];
}

function mostUsed({ services }: Metrics, steps: readonly Date[], value: Value) {
  return services
    .map((one: ServiceMetrics) => ({ service: one.service, values: seriesOf(steps, one, value) }))
    .toSorted((one, other) => highestOf(other.values) - highestOf(one.values))
    .slice(0, most.series);
}
