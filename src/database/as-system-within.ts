import type { EntityManager } from '@mikro-orm/postgresql';
import { systemRole } from '../entities/access.ts';
import { executeSql } from './execute-sql.ts';

/**
 * Runs `work` as the system inside the person's open transaction, for what persons have no business with but which has
 * to become true or not together with what they do.
 */
export async function asSystemWithin<T>(em: EntityManager, work: () => Promise<T>): Promise<T> {
  const { rows } = await executeSql<{ role: string }>(em, `select current_setting('role') as role`);
  const role = rows[0]?.role;
  if (role === systemRole) return work();
  const become = (name: string | undefined) => executeSql(em, `select set_config('role', $1, true)`, [name]);
  await become(systemRole);
  try {
    return await work();
  } finally {
    // When a statement failed, PostgreSQL takes no further one and gives the role back with the rollback.
    await become(role).catch(() => undefined);
  }
}
