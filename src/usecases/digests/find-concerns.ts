import { executeSql, type EntityManager } from '../../database/database.ts';
import { Disk } from '../../entities/disk.ts';
import { SwarmNodeRecord } from '../../entities/swarm-node.ts';
import type { DigestRequest } from './digest-request.ts';
import type { DigestBackups, DigestDisk, DigestService } from '../../entities/digest.ts';
import { columnsOf, type DigestScope, inScope } from './digest-scope.ts';
import { fullInDays } from '../watchers/disk-growth.ts';

/** Days before expiry to list a certificate; renewals happen much earlier. */
const soonDays = 14;

/** Longest list of a digest. */
const listed = 10;

type Period = Pick<DigestRequest, 'from' | 'to'>;

/** Backup counts; null without a database to back up. */
export async function countBackups(
  system: EntityManager,
  { databases }: DigestScope,
  { from, to }: Period,
): Promise<DigestBackups | null> {
  if (databases.length === 0) return null;
  const { rows } = await executeSql<DigestBackups>(
    system,
    `with ${inScope},
     last as (
       select s.name, b.status from scope s left join lateral (
         select status from backups b where b.database_id = s.id and b.status in ('success', 'failed')
         order by b.created_at desc limit 1
       ) b on true
     )
     select
       (select count(*)::int from scope s join backups b on b.database_id = s.id
         where b.verified_at >= $3 and b.verified_at < $4) as verified,
       count(*) filter (where b.status = 'success')::int as made,
       count(*) filter (where b.status = 'failed')::int as failed,
       coalesce(sum(b.size_bytes) filter (where b.status = 'success'), 0)::float as bytes,
       (select coalesce(json_agg(name order by name), '[]') from (
         select name from last where status is distinct from 'success' order by name limit ${listed}) n) as without
     from scope s join backups b on b.database_id = s.id
     where coalesce(b.completed_at, b.created_at) >= $3 and coalesce(b.completed_at, b.created_at) < $4`,
    [...columnsOf(databases), from, to],
  );
  const [row] = rows;
  return row ?? null;
}

/** Expiring certificates, considering only each domain's longest-lived one. */
export async function listExpiring(system: EntityManager, { applications, databases }: DigestScope, { to }: Period) {
  const { rows } = await executeSql<{ domain: string; expiresAt: Date | string }>(
    system,
    `with ${inScope}
     select d.domain, max(c.expires_at) as "expiresAt"
     from scope s join domains d on d.target_id = s.id
     join certificates c on c.domain_id = d.id
     where d.tls_enabled
     group by d.domain having max(c.expires_at) < $3::timestamptz + interval '${soonDays} days'
     order by 2, 1 limit ${listed}`,
    [...columnsOf([...applications, ...databases]), to],
  );
  return rows.map(({ domain, expiresAt }) => ({ domain, expiresAt: new Date(expiresAt).toISOString() }));
}

/** Unhealthy applications first, then those with the most incidents in the period. */
export async function listServices(
  system: EntityManager,
  { applications }: DigestScope,
  { from, to }: Period,
): Promise<DigestService[]> {
  const { rows } = await executeSql<Omit<DigestService, 'since'> & { since: Date | string | null }>(
    system,
    `with ${inScope}
     select s.name as application,
       max(i.began_at) filter (where i.ended_at is null) as since,
       count(*)::int as incidents,
       coalesce(sum(i.restarts), 0)::int as restarts,
       (array_agg(i.error order by i.began_at desc) filter (where i.error is not null))[1] as error
     from scope s join applications a on a.id = s.id join incidents i on i.application_id = s.id and i.kind = 'unhealthy'
     where a.deleted_at is null and i.began_at < $4 and (i.ended_at is null or i.ended_at >= $3)
     group by s.name order by since nulls last, incidents desc, s.name limit ${listed}`,
    [...columnsOf(applications), from, to],
  );
  return rows.map((row) => ({ ...row, since: row.since === null ? null : new Date(row.since).toISOString() }));
}

/** Recently checked disks only, since hosts come and go. */
export async function listDisks(system: EntityManager, { to }: Period): Promise<DigestDisk[]> {
  const since = new Date(to.getTime() - 2 * 86_400_000);
  const disks = await system.find(
    Disk,
    { checkedAt: { $gte: since } },
    { orderBy: { usedPercent: 'desc' }, limit: listed },
  );
  return disks.map((disk) => ({
    host: disk.host,
    name: disk.name,
    usedPercent: disk.usedPercent,
    freeBytes: disk.freeBytes,
    level: disk.level,
    fullInDays: fullInDays(disk) ?? null,
  }));
}

export async function listLostNodes(system: EntityManager): Promise<string[]> {
  const nodes = await system.find(SwarmNodeRecord, { state: 'lost' }, { orderBy: { hostname: 'asc' }, limit: listed });
  return nodes.map(({ hostname }) => hostname);
}
