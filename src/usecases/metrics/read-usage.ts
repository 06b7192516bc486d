import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** Of one scrape, which has an end however many tasks there are. */
const mostRows = 5_000;

/** A task of an application in its newest minute, as a monitoring system sees it. */
export interface TaskReading {
  /** `project/name` */
  application: string;
  /** Of a stack; else empty. */
  service: string;
  slot: number;
  node: string;
  /** Undefined: it was read for the first time. */
  cpuCores: number | undefined;
  memoryBytes: number;
  memoryLimitBytes: number | undefined;
  receivedPerSecond: number | undefined;
  sentPerSecond: number | undefined;
}

/** Tasks that were measured in the last three minutes, without those of previews. */
export async function readUsage({ database }: Pick<Deps, 'database'>): Promise<TaskReading[]> {
  const { rows } = await executeSql<{
    application: string;
    service: string;
    slot: number;
    node: string;
    cpu: number | null;
    memory: number;
    limit: number | null;
    received: number | null;
    sent: number | null;
  }>(
    database.asSystem(),
    `select distinct on (application, service, slot, node)
       p.name || '/' || a.name as application, m.service, m.slot, coalesce(n.hostname, m.node_id) as node,
       m.cpu_seconds / nullif(m.measured_seconds, 0) as cpu, m.memory_bytes::float8 as memory,
       m.memory_limit_bytes::float8 as limit, m.received_bytes / nullif(m.measured_seconds, 0) as received,
       m.sent_bytes / nullif(m.measured_seconds, 0) as sent
     from task_metrics m join applications a on a.id = m.application_id join projects p on p.id = a.project_id
     left join swarm_nodes n on n.id = m.node_id
     where m.seconds = 60 and m.samples > 0 and m.at > now() - interval '3 minutes' and a.deleted_at is null
       and a.preview_of_id is null
     order by application, service, slot, node, m.at desc limit ${mostRows}`,
  );
  return rows.map(({ application, cpu, limit, memory, node, received, sent, service, slot }) => ({
    application,
    service,
    slot,
    node,
    cpuCores: cpu ?? undefined,
    memoryBytes: memory,
    memoryLimitBytes: limit ?? undefined,
    receivedPerSecond: received ?? undefined,
    sentPerSecond: sent ?? undefined,
  }));
}
