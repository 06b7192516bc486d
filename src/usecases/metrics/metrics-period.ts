import { UsageError } from '../../errors.ts';

/** Rows to read, and how they are drawn together. */
export interface MetricsPeriod {
  from: Date;
  /** Of the rows; see `metricResolutions`. */
  resolution: number;
  stepSeconds: number;
}

const day = 86_400;

/** For how long each resolution is kept, seconds; the migration's `keep_task_metrics` drops what is older. */
const kept = [
  { resolution: 60, seconds: day },
  { resolution: 600, seconds: 3 * day },
  { resolution: 3_600, seconds: 14 * day },
] as const;

/** More points than this are no longer told apart in a picture. */
const mostPoints = 120;

/** Longest of the lengths, seconds: two weeks in 112 steps. */
const longestStep = 10_800;

/** Lengths that divide hours or days, seconds. */
const steps = [60, 300, 600, 900, 1_800, 3_600, 7_200, longestStep];

/** @throws {UsageError} when nothing is kept for so long. */
export function choosePeriod(now: Date, sinceSeconds: number = day): MetricsPeriod {
  const rows = kept.find(({ seconds }) => sinceSeconds <= seconds);
  if (!rows) throw new UsageError('Metrics are kept for 14 days: `--since 14d` at most.');
  const { resolution } = rows;
  const stepSeconds = steps.find((step) => step % resolution === 0 && sinceSeconds / step <= mostPoints) ?? longestStep;
  return { from: new Date(now.getTime() - sinceSeconds * 1_000), resolution, stepSeconds };
}
