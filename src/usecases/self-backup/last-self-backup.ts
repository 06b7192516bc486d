import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

/** In `installation`: the newest backup of Shipmate itself that was read back whole. */
export const lastSelfBackup = 'self_backup';

interface LastSelfBackup {
  /** ISO 8601. */
  at: string;
  location: string;
}

export function readLast(values: ReadonlyMap<string, string>): LastSelfBackup | undefined {
  const value = values.get(lastSelfBackup);
  return value === undefined ? undefined : (JSON.parse(value) as LastSelfBackup);
}

/** Seconds since the newest one; undefined when there is none. */
export async function selfBackupAge({ database }: Pick<Deps, 'database'>): Promise<number | undefined> {
  const { rows } = await executeSql<{ seconds: number }>(
    database.asSystem(),
    `select extract(epoch from now() - (value::jsonb ->> 'at')::timestamptz)::float as seconds
     from installation where name = $1`,
    [lastSelfBackup],
  );
  return rows[0]?.seconds;
}
