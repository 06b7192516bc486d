import { createHash } from 'node:crypto';
import { archiveRows } from '../../archive/row-objects.ts';
import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import { brief, briefStatement, isLocked } from './delete-in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';
import { formatSize } from '../../units/sizes.ts';

/**
 * Limits of one object. All its rows are let go of in one statement, which holds each of them until its end: a few
 * milliseconds, or tens of them where the processor is wanted by many.
 */
const object = { rows: 100, bytes: 32 * 1024 ** 2 };
/** Most rows with logs in memory. */
const readRows = 50;

/** An archived deployment. */
export interface ArchivedDeployment {
  id: string;
  application: string;
  project: string;
  name: string;
  triggered_by: string | null;
  status: string;
  commit_sha: string | null;
  metadata: object;
  started_at: string;
  completed_at: string;
  logs: string;
}

interface Key {
  id: string;
  completedAt: string;
}

/**
 * Archives the logs of deployments that ended before the retention period; the rows stay, with the object's name in
 * `metadata.archive`. It writes the object, reads it back, then updates its rows, all of them or none: after a kill, or
 * when somebody holds one of them, the next run comes to the same rows and finds the object by its name, which derives
 * from their ids.
 */
export async function archiveDeployments(run: RetentionRun): Promise<Removed> {
  const { deps, signal } = run;
  const before = cutoff(run, deps.config.retention.deploymentsMs);
  if (run.dryRun) {
    const found = await count(deps, before);
    const said = counted(found.deployments, 'log of a deployment', 'logs of deployments');
    return { said: said && `${said} to archive (${formatSize(found.bytes)})`, details: {} };
  }
  let archived = 0;
  let held = 0;
  let objects = 0;
  let last: Key | undefined;
  for (;;) {
    signal.throwIfAborted();
    const keys = await nextKeys(deps, before, last);
    last = keys.at(-1);
    if (!last) break;
    const name = objectName(keys);
    const ids = keys.map(({ id }) => id);
    await archiveRows(deps.archive, { name, rows: rowsOf(deps, ids, signal), about: aboutOf(keys), signal });
    const changed = await letGo(deps, ids, name, signal);
    archived += changed ?? 0;
    if (changed === undefined) held += ids.length;
    else objects += 1;
  }
  const said = counted(archived, 'log of a deployment', 'logs of deployments');
  const parts = [
    ...(said === undefined ? [] : [`${said} archived`]),
    ...(held === 0 ? [] : [`${held.toLocaleString('en')} left for the next run, as others were changing them`]),
  ];
  return { said: parts.length > 0 ? parts.join(', ') : undefined, details: { deployments: archived, objects } };
}

async function count(deps: Deps, before: Date): Promise<{ deployments: number; bytes: number }> {
  const { rows } = await executeSql<{ deployments: string; bytes: string }>(
    deps.database.asSystem(),
    `select count(*) as deployments, coalesce(sum(octet_length(logs)), 0) as bytes
     from deployments where logs is not null and completed_at < $1`,
    [before],
  );
  return { deployments: Number(rows[0]?.deployments ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}

/** The oldest deployments after `last` with unarchived logs, as many as fit one object. */
async function nextKeys(deps: Deps, before: Date, last: Key | undefined): Promise<Key[]> {
  const { rows } = await executeSql<Key>(
    deps.database.asSystem(),
    `select id, "completedAt" from (
       select id, to_json(completed_at) #>> '{}' as "completedAt", completed_at,
         sum(bytes) over earlier as total, row_number() over earlier as place
       from (
         select id, completed_at, octet_length(logs) as bytes from deployments
         where logs is not null and completed_at < $1
           and (completed_at, id) > (coalesce($2::timestamptz, '-infinity'), $3::uuid)
         order by completed_at, id limit ${object.rows}
       ) oldest
       window earlier as (order by completed_at, id)
     ) summed
     where place = 1 or total <= ${object.bytes} order by completed_at, id`,
    [before, last?.completedAt ?? null, last?.id ?? '00000000-0000-0000-0000-000000000000'],
  );
  return rows;
}

/** e.g. `deployments/2026-08/20260814-5b0c9d5e6f708192.ndjson.gz`. */
function objectName(keys: Key[]): string {
  const hash = createHash('sha256');
  for (const { id } of keys) hash.update(id);
  const day = keys[0]?.completedAt.slice(0, 10) ?? '';
  return `deployments/${day.slice(0, 7)}/${day.replaceAll('-', '')}-${hash.digest('hex').slice(0, 16)}.ndjson.gz`;
}

function aboutOf(keys: Key[]): Record<string, unknown> {
  return { what: 'deployments', from: keys[0]?.completedAt, to: keys.at(-1)?.completedAt };
}

async function* rowsOf(deps: Deps, ids: string[], signal: AbortSignal): AsyncGenerator<ArchivedDeployment> {
  for (let at = 0; at < ids.length; at += readRows) {
    signal.throwIfAborted();
    const { rows } = await executeSql<ArchivedDeployment>(
      deps.database.asSystem(),
      `select d.id, d.application_id as application, p.name as project, a.name, u.username as triggered_by, d.status,
         d.commit_sha, d.metadata, to_json(d.started_at) as started_at, to_json(d.completed_at) as completed_at,
         coalesce(d.logs, '') as logs
       from deployments d join applications a on a.id = d.application_id join projects p on p.id = a.project_id
         left join users u on u.id = d.triggered_by
       where d.id = any ($1) order by d.completed_at, d.id`,
      [ids.slice(at, at + readRows)],
    );
    yield* rows;
  }
}

/** All or none: undefined when one of them stays locked. */
async function letGo(deps: Deps, ids: string[], name: string, signal: AbortSignal): Promise<number | undefined> {
  signal.throwIfAborted();
  try {
    const rows = await briefStatement(
      deps,
      `with ${brief}
       update deployments set logs = null, metadata = metadata || jsonb_build_object('archive', $2::text)
       from brief where id = any ($1) and logs is not null returning 1`,
      [ids, name],
      signal,
    );
    return rows.length;
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error;
  }
}
