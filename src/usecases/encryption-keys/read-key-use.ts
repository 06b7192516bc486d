import { executeSql } from '../../database/database.ts';
import { secretsByKey } from '../../secrets/sealed-columns.ts';
import type { Deps } from '../deps.ts';

export interface KeyUse {
  table: string;
  keyId: string;
  secrets: number;
}

/** Number of secrets encrypted by each key, per table. Key ids reveal nothing about the keys. */
export async function readKeyUse(deps: Pick<Deps, 'database'>): Promise<KeyUse[]> {
  const { rows } = await executeSql<{ table_name: string; key_id: string; secrets: number }>(
    deps.database.asSystem(),
    `${secretsByKey} order by table_name, key_id`,
  );
  return rows.map((row) => ({ table: row.table_name, keyId: row.key_id, secrets: row.secrets }));
}
