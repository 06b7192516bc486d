import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { NotificationFact } from '../../entities/notification-facts.ts';
import { formatSize } from '../../units/sizes.ts';
import { notify } from '../notify.ts';

/** Share of its memory limit that a task may use all the time, and below which it has room again. */
const full = { from: 0.9, until: 0.85 };

/** For how long a task has to be full, minutes; so many and one readings lie in them. */
export const fullMinutes = 5;

/** So many tasks that end by themselves within so many minutes are no accident. */
const often = { restarts: 3, minutes: 10 };

interface Found {
  /** The application's id and name. */
  id: string;
  name: string;
}

/**
 * Opens incidents of applications of which a task on this node is close to its memory limit, or whose tasks keep ending
 * although enough of them run, and closes those that are over. Notifies of each once across replicas. Previews have none.
 */
export async function judgeUsage(em: EntityManager, node: string, at: Date): Promise<void> {
  for (const { id, name, ...fullest } of await findFull(em, node, at)) {
    const { limit, service, share } = fullest;
    const percent = Math.round(share * 100);
    const whose = service === '' ? 'a task' : `a task of ${service}`;
    const error = `${whose} uses ${percent} % of its ${formatSize(limit)} of memory`;
    const fact = {
      kind: 'memory-short',
      application: name,
      service: service || null,
      percent,
      limitBytes: limit,
      minutes: fullMinutes,
    } as const;
    await open(em, { id, name }, { kind: 'memory', restarts: 0, error, fact });
  }
  for (const { id, name, restarts } of await findRestarting(em, node, at)) {
    const error = `${restarts} tasks ended by themselves within ${often.minutes} min`;
    const fact = { kind: 'restarting', application: name, restarts, minutes: often.minutes } as const;
    await open(em, { id, name }, { kind: 'restarts', restarts, error, fact });
  }
  for (const { id, name } of await closeFull(em, at)) {
    await tell(em, id, { kind: 'memory-enough', application: name });
  }
  for (const { id, name } of await closeRestarting(em, at)) {
    await tell(em, id, { kind: 'restarts-over', application: name, minutes: often.minutes });
  }
}

async function findFull(
  em: EntityManager,
  node: string,
  at: Date,
): Promise<(Found & { service: string; share: number; limit: number })[]> {
  const { rows } = await executeSql<Found & { service: string; share: number; limit: number }>(
    em,
    `with tasks as (
       select application_id, service, slot, max(memory_limit_bytes) as memory_limit,
         min(memory_bytes::float8 / memory_limit_bytes) as share
       from task_metrics
       where seconds = 60 and node_id = $1 and samples > 0 and memory_limit_bytes > 0
         and at > date_bin('1 minute', $2::timestamptz, 'epoch') - make_interval(mins => $3 + 1)
       group by application_id, service, slot
       having count(*) > $3 and min(memory_bytes::float8 / memory_limit_bytes) > $4
     )
     select distinct on (a.id) a.id, p.name || '/' || a.name as name, t.service, t.share,
       t.memory_limit::float8 as limit
     from tasks t join applications a on a.id = t.application_id join projects p on p.id = a.project_id
     where a.deleted_at is null and a.preview_of_id is null
     order by a.id, t.share desc`,
    [node, at, fullMinutes, full.from],
  );
  return rows;
}

/** Of applications that count as running: deployments say themselves how they fail. */
async function findRestarting(em: EntityManager, node: string, at: Date): Promise<(Found & { restarts: number })[]> {
  const { rows } = await executeSql<Found & { restarts: number }>(
    em,
    `select a.id, p.name || '/' || a.name as name, sum(m.restarts)::int as restarts
     from task_metrics m join applications a on a.id = m.application_id join projects p on p.id = a.project_id
     where m.seconds = 60 and m.node_id = $1 and m.restarts > 0
       and m.at > $2::timestamptz - make_interval(mins => $3)
       and a.status = 'running' and a.deleted_at is null and a.preview_of_id is null
     group by a.id, p.name having sum(m.restarts) >= $4`,
    [node, at, often.minutes, often.restarts],
  );
  return rows;
}

interface Opened {
  kind: 'memory' | 'restarts';
  restarts: number;
  error: string;
  fact: NotificationFact;
}

async function open(em: EntityManager, { id }: Found, { error, fact, kind, restarts }: Opened): Promise<void> {
  const { rows } = await executeSql(
    em,
    `insert into incidents (id, application_id, kind, replicas, running, restarts, error)
     values ($1, $2, $3, 0, 0, $4, $5)
     on conflict (application_id, kind) where ended_at is null do nothing returning id`,
    [randomUUID(), id, kind, restarts, error],
  );
  if (rows.length > 0) await tell(em, id, fact);
}

async function closeFull(em: EntityManager, at: Date): Promise<Found[]> {
  return close(
    em,
    'memory',
    `seconds = 60 and samples > 0 and memory_bytes > memory_limit_bytes * $3::float8
       and at > $2::timestamptz - interval '3 minutes'`,
    [at, full.until],
  );
}

async function closeRestarting(em: EntityManager, at: Date): Promise<Found[]> {
  return close(em, 'restarts', 'seconds = 60 and restarts > 0 and at > $2::timestamptz - make_interval(mins => $3)', [
    at,
    often.minutes,
  ]);
}

/** @param stillSo Condition on rows of the application, of which one is enough. */
async function close(em: EntityManager, kind: string, stillSo: string, values: unknown[]): Promise<Found[]> {
  const { rows } = await executeSql<Found>(
    em,
    `update incidents i set ended_at = greatest(i.began_at, now()) from applications a join projects p on p.id = a.project_id
     where a.id = i.application_id and i.kind = $1 and i.ended_at is null
       and not exists (select from task_metrics where application_id = i.application_id and ${stillSo})
     returning a.id, p.name || '/' || a.name as name`,
    [kind, ...values],
  );
  return rows;
}

/** Routes that receive the beginning receive the end. */
async function tell(em: EntityManager, id: string, fact: NotificationFact): Promise<void> {
  await notify(em, { severity: 'warning', applicationId: id, subject: `${id} ${fact.kind}`, fact });
}
