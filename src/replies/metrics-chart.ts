import { type ChartLine, type LineChart, lineColors } from '../charts/line-chart.ts';
import { formatDuration } from '../units/durations.ts';
import { formatSize } from '../units/sizes.ts';
import { formatTime } from '../units/times.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import type { MetricPoint } from '../usecases/metrics/metrics-rows.ts';
import type { Metrics, ServiceMetrics } from '../usecases/metrics/read-metrics.ts';
import { coresNumber, highestOf, newestPoint, rateText, restartsOf, seriesOf, stepsOf } from './metrics-words.ts';

const day = 86_400_000;

type Values = (number | null)[];
type Value = (point: MetricPoint) => number | undefined;

function memoryOf({ memoryBytes, tasks }: MetricPoint): number | undefined {
  return tasks > 0 ? memoryBytes : undefined;
}

/** The same in both panels, since a colour means a service. */
function inOrder(services: readonly ServiceMetrics[], steps: readonly Date[]): ServiceMetrics[] {
  const most = new Map(services.map((one) => [one, highestOf(seriesOf(steps, one, memoryOf))]));
  return [...services].sort((one, other) => (most.get(other) ?? 0) - (most.get(one) ?? 0));
}

/** The picture: CPU and memory as a line for each service, below the newest numbers of them together. */
export function metricsChart(metrics: Metrics, zone: string): LineChart {
  const { from, services, to } = metrics;
  const steps = stepsOf(metrics);
  const name = applicationName(metrics.application);
  const order = inOrder(services, steps);
  const lines = (value: Value) =>
    linesOf(order.map((one) => ({ name: cut(one.service ?? name, 24), values: seriesOf(steps, one, value) })));
  const [only] = services.length === 1 ? services : [];
  return {
    title: cut(name, 44),
    subtitle: `${formatTime(from, zone).slice(0, 16)} to ${formatTime(to, zone)}`,
    tiles: tilesOf(metrics, steps),
    labels: steps.map((step) => labelOf(step, to.getTime() - from.getTime(), zone)),
    panels: [
      {
        title: 'CPU (cores)',
        binary: false,
        show: (value) => String(Number(value.toPrecision(3))),
        lines: lines(({ cpuCores }) => cpuCores),
      },
      {
        title: 'Memory',
        binary: true,
        show: formatSize,
        lines: lines(memoryOf),
        limit: only?.points.at(-1)?.memoryLimitBytes,
      },
    ],
  };
}

function cut(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

/** As many lines as there are colours; the last ones are added up as one. */
function linesOf(sorted: readonly { name: string; values: Values }[]): ChartLine[] {
  const apart = sorted.length > lineColors.length ? sorted.slice(0, lineColors.length - 1) : sorted;
  const rest = sorted.slice(apart.length);
  const shown = rest.length === 0 ? apart : [...apart, { name: `${rest.length} others`, values: added(rest) }];
  return shown.flatMap((line, at) => {
    const color = lineColors[at];
    return color ? [{ ...line, color }] : [];
  });
}

function added(all: readonly { values: Values }[]): Values {
  return (all[0]?.values ?? []).map((_, at) => {
    const known = all.flatMap(({ values }) => values[at] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

function tilesOf(metrics: Metrics, steps: readonly Date[]): LineChart['tiles'] {
  const newest = metrics.services.flatMap((service) => newestPoint(service, metrics) ?? []);
  const sum = (value: Value) => {
    const known = newest.flatMap((point) => value(point) ?? []);
    return known.length === 0 ? undefined : known.reduce((total, one) => total + one, 0);
  };
  const most = (value: Value) =>
    highestOf(added(metrics.services.map((service: ServiceMetrics) => ({ values: seriesOf(steps, service, value) }))));
  const restarts = metrics.services.reduce((total, service) => total + restartsOf(service), 0);
  const tile = (label: string, value: string | undefined, note: string) => ({
    label,
    value: value ?? '–',
    note,
    trend: 'same' as const,
  });
  const [cpu, memory] = [sum(({ cpuCores }) => cpuCores), sum(({ memoryBytes }) => memoryBytes)];
  const [received, sent] = [sum((point) => point.receivedPerSecond), sum((point) => point.sentPerSecond)];
  const cores = (value: number) => String(coresNumber(value));
  return [
    tile(
      'CPU (cores)',
      cpu === undefined ? undefined : cores(cpu),
      `at most ${cores(most(({ cpuCores }) => cpuCores))}`,
    ),
    tile(
      'Memory',
      memory === undefined ? undefined : formatSize(memory),
      `at most ${formatSize(most(({ memoryBytes }) => memoryBytes))}`,
    ),
    tile(
      'Network in',
      received === undefined ? undefined : rateText(received),
      `out ${sent === undefined ? '–' : rateText(sent)}`,
    ),
    {
      ...tile('Restarts', String(restarts), `in ${formatDuration(metrics.to.getTime() - metrics.from.getTime())}`),
      ...(restarts > 0 && { trend: 'worse' as const }),
    },
  ];
}

/** `14:00`, `Fri 14:00` or `27 Nov`: as exact as the period is short. */
function labelOf(step: Date, periodMs: number, zone: string): string {
  const parts: Intl.DateTimeFormatOptions =
    periodMs <= day
      ? { hour: '2-digit', minute: '2-digit' }
      : periodMs <= 3 * day
        ? { weekday: 'short', hour: '2-digit', minute: '2-digit' }
        : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...parts }).format(step);
}
