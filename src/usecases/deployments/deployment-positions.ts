import type { Deps } from '../deps.ts';

/** How far a deployment has come, cheap to read for many at once. */
export interface DeploymentPosition {
  id: string;
  /** Changes whenever its row does, and while it waits, with the deployment that it waits for. */
  version: string;
  /** Id of its newest log line, 0 without one. */
  lastLine: number;
}

/** In one statement; deployments that no longer exist are left out. */
export async function readPositions(
  { database }: Pick<Deps, 'database'>,
  ids: readonly string[],
): Promise<Map<string, DeploymentPosition>> {
  if (ids.length === 0) return new Map();
  const rows = await database.querySystem<{ id: string; version: string; last_line: string }>(
    `select d.id, ${versionOf('d')} as version, coalesce((
       select l.id from deployment_logs l where l.deployment_id = d.id order by l.created_at desc, l.id desc limit 1
     ), 0) as last_line
     from deployments d where d.id = any ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, version, last_line }) => [id, { id, version, lastLine: Number(last_line) }]));
}

/** SQL of the version of the deployment that `alias` stands for: the transactions that changed what it shows last. */
export function versionOf(alias: string): string {
  return `concat_ws('/', ${alias}.xmin, (
    select concat_ws('/', r.id, r.xmin) from deployments r
    where ${alias}.status = 'pending' and r.application_id = ${alias}.application_id
      and r.id <> ${alias}.id and r.status in ('building', 'deploying') limit 1
  ))`;
}
