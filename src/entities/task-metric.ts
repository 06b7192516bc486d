import { defineEntity, p } from '@mikro-orm/core';
import { isApplication, policiesFor } from './access.ts';

/** Seconds that one row covers; each resolution is kept for as long as the migration's `keep_task_metrics` says. */
export const metricResolutions = [60, 600, 3_600] as const;

/**
 * What one task of an application used in a stretch of time. Partitioned by resolution and day, so that old rows go
 * with their partition. Without a foreign key: making and dropping partitions would lock `applications`.
 */
const TaskMetricSchema = defineEntity({
  name: 'TaskMetric',
  tableName: 'task_metrics',
  // Days are added while Shipmate runs: see usecases/metrics/store-samples.ts.
  partitionBy: {
    type: 'range',
    expression: 'seconds, at',
    partitions: [{ name: 'task_metrics_default', values: 'default' }],
  },
  indexes: [{ properties: ['at'] }],
  checks: [{ name: 'check_task_metrics_seconds', expression: 'seconds in (60, 600, 3600)' }],
  policies: policiesFor('task_metrics', { select: isApplication('application_id', 'viewer') }),
  properties: {
    applicationId: p.uuid().primary(),
    /** Length of the stretch. */
    seconds: p.integer().primary(),
    /** When it began. */
    at: p.datetime().primary(),
    /** Of a stack, as its compose file calls it; else empty. */
    service: p.string().length(63).primary(),
    /** Swarm's number of the replica; 0: its service has a task on every node. */
    slot: p.integer().primary(),
    nodeId: p.string().length(64).primary(),
    /** How often its memory was read. */
    samples: p.integer(),
    /** Time of processors that it used in `measuredSeconds`, over all cores. */
    cpuSeconds: p.double(),
    measuredSeconds: p.double(),
    /** Mean over the samples, without the page cache that the kernel can take back. */
    memoryBytes: p.bigint('number'),
    memoryPeakBytes: p.bigint('number'),
    /** Null: none. */
    memoryLimitBytes: p.bigint('number').nullable(),
    /** In `measuredSeconds`. */
    receivedBytes: p.bigint('number'),
    sentBytes: p.bigint('number'),
    /** How many tasks of this slot ended by themselves. */
    restarts: p.integer(),
  },
});
export class TaskMetric extends TaskMetricSchema.class {}
TaskMetricSchema.setClass(TaskMetric);
