import { type Database, executeSql } from '../database/database.ts';
import { UserError } from '../errors.ts';
import type { KeyedCipher } from './aes-gcm.ts';
import { secretsByKey } from './sealed-columns.ts';

/**
 * Looks at which keys the stored secrets were encrypted with, before anything is served.
 * @throws {UserError} when one of them is not available.
 */
export async function verifyKeys(database: Database, cipher: KeyedCipher): Promise<void> {
  const { rows } = await executeSql<{ key_id: string; secrets: number }>(database.asSystem(), secretsByKey);
  const missing = rows.filter((row) => !cipher.hasKey(row.key_id));
  if (missing.length === 0) return;
  const secrets = missing.reduce((sum, row) => sum + row.secrets, 0);
  const ids = [...new Set(missing.map((row) => row.key_id))].sort();
  throw new UserError(
    `${secrets} stored secret${secrets === 1 ? ' was' : 's were'} encrypted with another key ` +
      `(${ids.join(', ')}). Put the old key into SHIPMATE_SECRET_KEY, ` +
      'after the new one if keys were rotated (`<new>,<old>`), or restore the key file in the data directory.',
  );
}
