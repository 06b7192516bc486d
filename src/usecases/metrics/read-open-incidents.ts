import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** Of one scrape. */
const mostRows = 2_000;

/** What is wrong now; `subject` is `project/name`, or the disk. */
export async function readOpenIncidents({
  database,
}: Pick<Deps, 'database'>): Promise<{ kind: string; subject: string; count: number }[]> {
  const { rows } = await executeSql<{ kind: string; subject: string; count: number }>(
    database.asSystem(),
    `select i.kind, coalesce(i.subject, p.name || '/' || a.name) as subject, count(*)::int as count
     from incidents i left join applications a on a.id = i.application_id left join projects p on p.id = a.project_id
     where i.ended_at is null group by 1, 2 order by 1, 2 limit ${mostRows}`,
  );
  return rows;
}
