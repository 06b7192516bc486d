import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

export interface ArchivedAge {
  /** e.g. `shop/orders` */
  database: string;
  /** Since the newest moment that is archived, seconds. */
  seconds: number;
}

/** How much of each running database with `pitr` would be lost with its server now. */
export async function archivedAges({ database }: Pick<Deps, 'database'>): Promise<ArchivedAge[]> {
  const { rows } = await executeSql<ArchivedAge>(
    database.asSystem(),
    `select p.name || '/' || d.name as database,
       extract(epoch from now() - max((b.metadata #>> '{log,current}')::timestamptz))::float as seconds
     from backups b join databases d on d.id = b.database_id join projects p on p.id = d.project_id
     where b.type = 'base' and b.status = 'success' and b.metadata #> '{log,closed}' is null
       and b.metadata #> '{log,current}' is not null and d.status = 'running'
     group by p.name, d.name order by 1`,
  );
  return rows;
}
