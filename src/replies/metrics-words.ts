import { formatSize } from '../units/sizes.ts';
import type { MetricPoint } from '../usecases/metrics/metrics-rows.ts';
import type { Metrics, ServiceMetrics } from '../usecases/metrics/read-metrics.ts';
import type { Field } from './reply.ts';
import { sparkline, squeeze } from './sparkline.ts';

/** Characters of a line that draws numbers: fits a phone beside its words. */
const lineWidth = 24;

/** `0.25`: two digits, and thousandths at least. */
export function coresNumber(cores: number): number {
  return cores < 0.1 ? Math.round(cores * 1_000) / 1_000 : Number(cores.toPrecision(2));
}

/** `0.25 cores` */
export function coresText(cores: number): string {
  const rounded = coresNumber(cores);
  return `${rounded} ${rounded === 1 ? 'core' : 'cores'}`;
}

/** The times at which steps begin, oldest first. */
export function stepsOf({ from, stepSeconds, to }: Metrics): Date[] {
  const ms = stepSeconds * 1_000;
  const first = Math.floor(from.getTime() / ms);
  const last = Math.floor(to.getTime() / ms);
  return Array.from({ length: last - first + 1 }, (_, at) => new Date((first + at) * ms));
}

/** A number of each step; null where nothing was measured. */
export function seriesOf(
  steps: readonly Date[],
  { points }: Pick<ServiceMetrics, 'points'>,
  value: (point: MetricPoint) => number | undefined,
): (number | null)[] {
  const known = new Map(points.map((point) => [point.at.getTime(), value(point)]));
  return steps.map((step) => known.get(step.getTime()) ?? null);
}

/** The newest step that is measured, unless that is long ago. */
export function newestPoint({ points }: Pick<ServiceMetrics, 'points'>, { stepSeconds, to }: Metrics) {
  const last = points.at(-1);
  return last && to.getTime() - last.at.getTime() <= 2 * stepSeconds * 1_000 ? last : undefined;
}

export function highestOf(values: readonly (number | null)[]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}

export function restartsOf({ points }: Pick<ServiceMetrics, 'points'>): number {
  return points.reduce((sum, { restarts }) => sum + restarts, 0);
}

/** What a service used, as a field for each kind of number. */
export function usageFields(metrics: Metrics, service: ServiceMetrics): Field[] {
  const steps = stepsOf(metrics);
  const now = newestPoint(service, metrics);
  const cpu = seriesOf(steps, service, ({ cpuCores }) => cpuCores);
  const memory = seriesOf(steps, service, ({ memoryBytes, tasks }) => (tasks > 0 ? memoryBytes : undefined));
  const limit = service.points.at(-1)?.memoryLimitBytes;
  const share = highestOf(service.points.map(({ memoryShare }) => memoryShare ?? null));
  const restarts = restartsOf(service);
  const draw = (values: (number | null)[], most = highestOf(values)) => sparkline(squeeze(values, lineWidth), most);
  return [
    { name: 'CPU', value: `${draw(cpu)} ${nowAndMost(now?.cpuCores, highestOf(cpu), coresText)}` },
    {
      name: 'Memory',
      value: [
        `${draw(memory, limit)} ${nowAndMost(now?.memoryBytes, highestOf(memory), formatSize)}`,
        ...(limit === undefined ? [] : [`limit ${formatSize(limit)}`]),
        ...(share > 0 ? [`fullest task ${Math.round(share * 100)} %`] : []),
      ].join(', '),
    },
    {
      name: 'Network',
      value: now?.receivedPerSecond === undefined ? 'not measured yet' : networkText(now),
    },
    ...(restarts > 0 ? [{ name: 'Restarts', value: String(restarts) }] : []),
  ];
}

export function rateText(perSecond: number): string {
  return `${formatSize(perSecond)}/s`;
}

function networkText({ receivedPerSecond = 0, sentPerSecond = 0 }: MetricPoint): string {
  return `${rateText(receivedPerSecond)} in, ${rateText(sentPerSecond)} out`;
}

function nowAndMost(now: number | undefined, most: number, show: (value: number) => string): string {
  return `${now === undefined ? 'not measured now' : `${show(now)} now`}, ${show(most)} at most`;
}
