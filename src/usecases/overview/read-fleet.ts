import { executeSql } from '../../database/database.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';

/** Of each kind; a scrape has an end, however many there are. */
const mostRows = 2_000;

/** What a monitoring system watches. Names are `project/name`. */
export interface Fleet {
  /** Tasks that should run, by the services and for a failed application without one by its settings, and that do. */
  applications: { name: string; desired: number; running: number }[];
  /** When the newest good and the newest verified backup were complete, seconds since 1970; undefined: none. */
  databases: { name: string; success: number | undefined; verified: number | undefined }[];
  /** When they expire, seconds since 1970. */
  certificates: { domain: string; expiresAt: number }[];
  /** Of the deployment that has waited longest for a worker, seconds; 0 when none waits. */
  oldestWait: number;
}

/** One statement for each kind, and one call of the Engine. */
export async function readFleet({ database, swarm }: Pick<Deps, 'database' | 'swarm'>): Promise<Fleet> {
  const services = await swarm.list();
  return database.asSystem().transactional(async (em) => {
    const read = async <Row>(text: string) => (await executeSql<Row>(em, text, [mostRows])).rows;
    const applications = await read<{ id: string; name: string; wanted: number }>(
      `select a.id, p.name || '/' || a.name as name,
         case when a.status = 'stopped' then 0 else a.replicas end as wanted
       from applications a join projects p on p.id = a.project_id
       where a.deleted_at is null and a.preview_of_id is null order by 2 limit $1`,
    );
    const databases = await read<{ name: string; success: number | null; verified: number | null }>(
      `select p.name || '/' || d.name as name, extract(epoch from b.success)::float8 as success,
         extract(epoch from b.verified)::float8 as verified
       from databases d join projects p on p.id = d.project_id
       left join lateral (
         select max(completed_at) filter (where status = 'success') as success,
           max(completed_at) filter (where verified_at is not null) as verified
         from backups where database_id = d.id
       ) b on true
       where d.variant_id is null order by 1 limit $1`,
    );
    const certificates = await read<{ domain: string; expires: number }>(
      `select d.domain, extract(epoch from max(c.expires_at))::float8 as expires
       from certificates c join domains d on d.id = c.domain_id group by d.domain order by 1 limit $1`,
    );
    const [waiting] = await read<{ seconds: number | null }>(
      `select extract(epoch from now() - min(d.started_at))::float8 as seconds from (
         select started_at from deployments d
         where status = 'pending' and metadata #>> '{checks,state}' is distinct from 'waiting'
           and not exists (select from approvals a where a.deployment_id = d.id and a.decision is distinct from 'approved')
         order by started_at limit $1
       ) d`,
    );
    return {
      applications: applications.map((one) => ({ name: one.name, ...tasksOf(one, services) })),
      databases: databases.map(({ name, success, verified }) => ({
        name,
        success: success ?? undefined,
        verified: verified ?? undefined,
      })),
      certificates: certificates.map(({ domain, expires }) => ({ domain, expiresAt: expires })),
      oldestWait: Math.max(0, waiting?.seconds ?? 0),
    };
  });
}

function tasksOf({ id, wanted }: { id: string; wanted: number }, services: ServiceStatus[]) {
  const own = services.filter(({ job, labels }) => !job && labels[labelKeys.application] === id);
  const sum = (value: 'replicas' | 'running') => own.reduce((total, service) => total + service[value], 0);
  return { desired: own.length === 0 ? wanted : sum('replicas'), running: sum('running') };
}
