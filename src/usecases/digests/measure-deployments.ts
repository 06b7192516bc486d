import { executeSql, type EntityManager } from '../../database/database.ts';
import type { DigestRequest } from './digest-request.ts';
import type { DigestDay, DigestFailure, Measures } from '../../entities/digest.ts';
import { columnsOf, type DigestScope, inScope } from './digest-scope.ts';

/** Longest list. */
const listed = 10;

/** Longest deployment from request to end, approvals included; bounds the index scan. */
const longest = `interval '3 days'`;

/** Deployments of the scope that ended between $3 and $4, without cancelled, denied and superseded ones. */
const ended = `
  ${inScope},
  ended as (
    select d.*, s.name, coalesce(d.metadata ->> 'trigger', '') = 'rollback' as going_back
    from scope s join deployments d on d.application_id = s.id
    where d.started_at >= $3::timestamptz - ${longest} and d.completed_at >= $3 and d.completed_at < $4
      and d.status in ('success', 'failed', 'rolled_back')
      and coalesce(d.metadata ->> 'reason', '') not in ('superseded', 'cancelled')
  )`;

// Lead time runs from the commit to the first time it is live in the application, for promotions too. For commits that
// were never checked out it starts at the push or the request.
const measures = `
  with ${ended},
  changes as (
    select e.*, e.status = 'success' and next.trigger = 'rollback' as taken_back, next.completed_at as next_at
    from ended e left join lateral (
      select n.metadata ->> 'trigger' as trigger, n.completed_at from deployments n
      where n.application_id = e.application_id and n.status = 'success' and n.started_at > e.started_at
      order by n.started_at limit 1
    ) next on true
    where not e.going_back
  ),
  leads as (
    select extract(epoch from c.completed_at - least(c.completed_at, coalesce(
      (c.metadata ->> 'commit_at')::timestamptz,
      (select min((o.metadata ->> 'commit_at')::timestamptz) from deployments o
        where o.application_id = c.application_id and o.commit_sha = c.commit_sha),
      (select (o.metadata ->> 'commit_at')::timestamptz from deployments o
        where o.id = (c.metadata #>> '{promoted_from,deployment}')::uuid),
      c.started_at
    ))) as seconds
    from changes c
    where c.status = 'success' and c.commit_sha is not null and not exists (
      select from deployments o
      where o.application_id = c.application_id and o.commit_sha = c.commit_sha and o.status = 'success'
        and o.completed_at < c.completed_at
    )
  ),
  restores as (
    select extract(epoch from i.ended_at - i.began_at) as seconds
    from scope s join incidents i on i.application_id = s.id and i.kind = 'unhealthy'
    where i.began_at >= $3 and i.began_at < $4 and i.ended_at is not null
    union all
    select case c.status
      when 'rolled_back' then (c.metadata #>> '{durations,roll_out}')::float
      else extract(epoch from c.next_at - c.completed_at)
    end
    from changes c
    where (c.status = 'rolled_back' or (c.status = 'failed' and c.metadata ? 'rollout_started') or c.taken_back)
      and not exists (
        select from incidents i
        where i.application_id = c.application_id and i.kind = 'unhealthy' and i.began_at >= c.started_at and i.began_at <= c.next_at
      )
  )
  select
    (select count(*) from ended)::int as ended,
    (select count(*) from ended where status = 'success')::int as succeeded,
    (select count(*) from ended where status = 'rolled_back')::int as "rolledBack",
    (select count(*) from ended where status = 'failed')::int as failed,
    (select count(*) from changes where status = 'success')::int as changes,
    (select percentile_cont(0.5) within group (order by seconds) from leads) as "leadSeconds",
    (select count(*) from changes where status <> 'failed' or metadata ? 'rollout_started')::int as reached,
    (select count(*) from changes where status = 'rolled_back' or taken_back
      or status = 'failed' and metadata ? 'rollout_started')::int as broken,
    (select percentile_cont(0.5) within group (order by seconds) from restores where seconds is not null)
      as "restoreSeconds"`;

/** Delivery metrics of `[from, to)`. */
export async function measureDeployments(
  system: EntityManager,
  { applications }: DigestScope,
  from: Date,
  to: Date,
): Promise<Measures> {
  const { rows } = await executeSql<Omit<Measures, 'changesPerDay'>>(system, measures, [
    ...columnsOf(applications),
    from,
    to,
  ]);
  const [row] = rows;
  if (!row) throw new Error('the measures have no row');
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  return { ...row, changesPerDay: row.changes / days };
}

/** Deployments per calendar day in the zone, up to that of `to`, including days without any. */
export async function countDays(
  system: EntityManager,
  { applications }: DigestScope,
  { to, zone }: Pick<DigestRequest, 'to' | 'zone'>,
  days: number,
): Promise<DigestDay[]> {
  const { rows } = await executeSql<DigestDay>(
    system,
    `with ${ended},
     days as (
       select day::date as day from generate_series(
         date_trunc('day', $4::timestamptz at time zone $5::text - interval '1 second') - ($6::int - 1) * interval '1 day',
         date_trunc('day', $4::timestamptz at time zone $5::text - interval '1 second'), interval '1 day') day
     )
     select to_char(days.day, 'YYYY-MM-DD') as day,
       count(*) filter (where status = 'success')::int as succeeded,
       count(*) filter (where status = 'rolled_back')::int as "rolledBack",
       count(*) filter (where status = 'failed')::int as failed
     from days left join ended on (completed_at at time zone $5::text)::date = days.day
     group by days.day order by days.day`,
    [...columnsOf(applications), new Date(to.getTime() - (days + 1) * 86_400_000), to, zone, days],
  );
  return rows;
}

/** The newest failures in the period. */
export async function listFailures(
  system: EntityManager,
  { applications }: DigestScope,
  { from, to }: Pick<DigestRequest, 'from' | 'to'>,
): Promise<DigestFailure[]> {
  const { rows } = await executeSql<Omit<DigestFailure, 'at'> & { at: Date | string }>(
    system,
    `with ${ended}
     select name as application, id as deployment, completed_at as at, status,
       coalesce(metadata ->> 'requested_by', '') as by,
       coalesce(left(commit_sha, 7), metadata ->> 'ref', '') || coalesce(' ' || (metadata ->> 'commit_title'), '') as version,
       coalesce(metadata ->> 'error', '') as why
     from ended where status <> 'success' order by completed_at desc limit ${listed}`,
    [...columnsOf(applications), from, to],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}
