import { executeSql, type EntityManager } from '../../database/database.ts';

/** The row of a backup or restore that a worker processes. */
export interface WorkRow {
  table: 'backups' | 'restores';
  id: string;
}

/** Marks it as running and counts the attempt. @returns false when it has already ended. */
export async function claimWork(em: EntityManager, { id, table }: WorkRow): Promise<boolean> {
  const { rows } = await executeSql(
    em,
    `update ${table} set status = 'running', metadata = metadata - '{progress,interrupted}'::text[] ||
       jsonb_build_object('attempts', coalesce((metadata ->> 'attempts')::int, 0) + 1)
     where id = $1 and status in ('pending', 'running') returning id`,
    [id],
  );
  return rows.length > 0;
}

/** Seconds since a `performance.now()` timestamp, rounded to a tenth. */
export function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) / 100) / 10;
}
