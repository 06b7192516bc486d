import { executeSql, type EntityManager } from '../../database/database.ts';
import { metricResolutions } from '../../entities/task-metric.ts';
import type { Measured } from './measure-usage.ts';

/**
 * Adds what was measured at `at` to its minute, its ten minutes and its hour, so that older times need no other pass.
 * Leaves out applications that are gone.
 */
export async function storeUsage(
  em: EntityManager,
  node: string,
  at: Date,
  measured: readonly Measured[],
): Promise<void> {
  const column = <Key extends keyof Measured>(key: Key) => measured.map((one) => one[key] ?? null);
  await executeSql(
    em,
    `insert into task_metrics as stored (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
       measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
     select s.application_id, r.seconds, date_bin(make_interval(secs => r.seconds), $2, 'epoch'), s.service, s.slot, $1,
       s.samples, s.cpu, s.measured, s.memory, s.memory, s.memory_limit, s.received, s.sent, s.restarts
     from unnest($3::uuid[], $4::text[], $5::int[], $6::int[], $7::float8[], $8::float8[], $9::bigint[], $10::bigint[],
         $11::bigint[], $12::bigint[], $13::int[])
       as s (application_id, service, slot, samples, cpu, measured, memory, memory_limit, received, sent, restarts)
     join applications a on a.id = s.application_id and a.deleted_at is null
     cross join unnest($14::int[]) as r (seconds)
     on conflict (application_id, seconds, at, service, slot, node_id) do update set
       samples = stored.samples + excluded.samples,
       cpu_seconds = stored.cpu_seconds + excluded.cpu_seconds,
       measured_seconds = stored.measured_seconds + excluded.measured_seconds,
       memory_bytes = (stored.memory_bytes * stored.samples + excluded.memory_bytes * excluded.samples)
         / greatest(1, stored.samples + excluded.samples),
       memory_peak_bytes = greatest(stored.memory_peak_bytes, excluded.memory_peak_bytes),
       memory_limit_bytes = case when excluded.samples > 0 then excluded.memory_limit_bytes
         else stored.memory_limit_bytes end,
       received_bytes = stored.received_bytes + excluded.received_bytes,
       sent_bytes = stored.sent_bytes + excluded.sent_bytes,
       restarts = stored.restarts + excluded.restarts`,
    [
      node,
      at,
      column('application'),
      column('service'),
      column('slot'),
      column('samples'),
      column('cpuSeconds'),
      column('measuredSeconds'),
      column('memoryBytes'),
      column('memoryLimitBytes'),
      column('receivedBytes'),
      column('sentBytes'),
      column('restarts'),
      [...metricResolutions],
    ],
  );
  await executeSql(em, 'update swarm_nodes set measured_at = $2 where id = $1', [node, at]);
}

/** Makes partitions for the days to come, and drops those that are no longer kept. @throws when they are in use. */
export async function keepPartitions(em: EntityManager): Promise<string[]> {
  const { rows } = await executeSql<{ partition: string }>(em, 'select partition from keep_task_metrics() partition');
  return rows.map(({ partition }) => partition);
}
