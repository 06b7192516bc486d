import { executeSql, type EntityManager } from '../../database/database.ts';
import type { DigestRequest } from './digest-request.ts';

interface Named {
  id: string;
  /** `project/name` */
  name: string;
}

/** Applications and databases of a digest. */
export interface DigestScope {
  applications: Named[];
  databases: Named[];
}

/**
 * The request's applications and databases that are visible to `em`. A digest's numbers are then read as the system for
 * these only, since row level security would check everything visible to the person once per row.
 */
export async function findScope(em: EntityManager, { pattern, projectId }: DigestRequest): Promise<DigestScope> {
  const named = async (table: 'applications' | 'databases', previews: 'preview_of_id' | 'variant_id') => {
    const { rows } = await executeSql<Named>(
      em,
      `select t.id, p.name || '/' || t.name as name from ${table} t join projects p on p.id = t.project_id
       where ($1::uuid is null or p.id = $1::uuid) and p.name || '/' || t.name like replace($2::text, '*', '%')
         and t.${previews} is null`,
      [projectId, pattern],
    );
    return rows;
  };
  return {
    applications: await named('applications', 'preview_of_id'),
    databases: await named('databases', 'variant_id'),
  };
}

/** Common table expression `scope` from `columnsOf`, passed as $1 and $2. */
export const inScope = 'scope as (select * from unnest($1::uuid[], $2::text[]) as s (id, name))';

export function columnsOf(named: readonly Named[]): [ids: string[], names: string[]] {
  return [named.map(({ id }) => id), named.map(({ name }) => name)];
}
