import { executeSql, type EntityManager } from '../../database/database.ts';
import type { MetricsPeriod } from './metrics-period.ts';

/** A service in one step: sums over its tasks, means over the step. */
export interface MetricPoint {
  at: Date;
  /** Most tasks that were measured at once. */
  tasks: number;
  /** Processors that were busy, e.g. 0.25; undefined: a task was read for the first time. */
  cpuCores: number | undefined;
  memoryBytes: number;
  /** Of the tasks together; undefined: one has none. */
  memoryLimitBytes: number | undefined;
  /** How much of its limit the fullest task used at its peak, 0 to 1; undefined: none has a limit. */
  memoryShare: number | undefined;
  receivedPerSecond: number | undefined;
  sentPerSecond: number | undefined;
  /** Tasks that ended by themselves. */
  restarts: number;
}

/** A task in its newest minute. */
export interface TaskNow {
  /** 0: of a service with a task on every node. */
  slot: number;
  /** Swarm's id. */
  node: string;
  at: Date;
  cpuCores: number | undefined;
  memoryBytes: number;
  memoryLimitBytes: number | undefined;
  receivedPerSecond: number | undefined;
  sentPerSecond: number | undefined;
}

/** Nulls of PostgreSQL, and `bigint` and `numeric` as text. */
type Raw = Record<string, number | string | Date | null>;

export async function readPoints(
  em: EntityManager,
  application: string,
  { from, resolution, stepSeconds }: MetricsPeriod,
): Promise<{ service: string; point: MetricPoint }[]> {
  const { rows } = await executeSql<Raw>(
    em,
    `with together as (
       select service, at, count(*) filter (where samples > 0) as tasks,
         sum(cpu_seconds / nullif(measured_seconds, 0)) as cpu,
         sum(memory_bytes) filter (where samples > 0) as memory,
         case when count(*) = count(memory_limit_bytes) then sum(memory_limit_bytes) end as memory_limit,
         max(memory_peak_bytes::float8 / memory_limit_bytes) as share,
         sum(received_bytes / nullif(measured_seconds, 0)) as received,
         sum(sent_bytes / nullif(measured_seconds, 0)) as sent,
         sum(restarts) as restarts
       from task_metrics where application_id = $1 and seconds = $2 and at >= $3 group by service, at
     )
     select service, date_bin(make_interval(secs => $4), at, 'epoch') as step, max(tasks)::int as tasks,
       avg(cpu)::float8 as cpu, avg(memory)::float8 as memory, max(memory_limit)::float8 as memory_limit,
       max(share)::float8 as share, avg(received)::float8 as received, avg(sent)::float8 as sent,
       sum(restarts)::float8 as restarts
     from together group by service, step order by service, step`,
    [application, resolution, from, stepSeconds],
  );
  return rows.map((row) => ({
    service: String(row['service']),
    point: {
      at: new Date(row['step'] ?? 0),
      tasks: Number(row['tasks']),
      cpuCores: known(row['cpu']),
      memoryBytes: Number(row['memory'] ?? 0),
      memoryLimitBytes: known(row['memory_limit']),
      memoryShare: known(row['share']),
      receivedPerSecond: known(row['received']),
      sentPerSecond: known(row['sent']),
      restarts: Number(row['restarts']),
    },
  }));
}

/** Those measured in the last three minutes. */
export async function readTasks(
  em: EntityManager,
  application: string,
  now: Date,
): Promise<{ service: string; task: TaskNow }[]> {
  const { rows } = await executeSql<Raw>(
    em,
    `select distinct on (service, slot, node_id) service, slot, node_id, at,
       cpu_seconds / nullif(measured_seconds, 0) as cpu, memory_bytes as memory, memory_limit_bytes as memory_limit,
       received_bytes / nullif(measured_seconds, 0) as received, sent_bytes / nullif(measured_seconds, 0) as sent
     from task_metrics
     where application_id = $1 and seconds = 60 and samples > 0 and at > $2::timestamptz - interval '3 minutes'
     order by service, slot, node_id, at desc`,
    [application, now],
  );
  return rows.map((row) => ({
    service: String(row['service']),
    task: {
      slot: Number(row['slot']),
      node: String(row['node_id']),
      at: new Date(row['at'] ?? 0),
      cpuCores: known(row['cpu']),
      memoryBytes: Number(row['memory']),
      memoryLimitBytes: known(row['memory_limit']),
      receivedPerSecond: known(row['received']),
      sentPerSecond: known(row['sent']),
    },
  }));
}

function known(value: Raw[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
