import { type Database, executeSql } from '../database/database.ts';
import { UserError } from '../errors.ts';
import type { KeyedCipher } from './aes-gcm.ts';
import { secretsByKey } from './sealed-columns.ts';

const remedy =
  'into SHIPMATE_SECRET_KEY, after the new one if keys were rotated (`<new>,<old>`), or restore the key file in the ' +
  'data directory.';

/**
 * Looks at which keys the stored secrets were encrypted with, and which one the Shipmates on this database encrypt with,
 * before anything is served.
 * @throws {UserError} when one of them is not available.
 */
export async function verifyKeys(database: Database, cipher: KeyedCipher): Promise<void> {
  await verifySecrets(database, cipher);
  await verifyInstallation(database, cipher);
}

async function verifySecrets(database: Database, cipher: KeyedCipher): Promise<void> {
  const { rows } = await executeSql<{ key_id: string; secrets: number }>(database.asSystem(), secretsByKey);
  const missing = rows.filter((row) => !cipher.hasKey(row.key_id));
  if (missing.length === 0) return;
  const secrets = missing.reduce((sum, row) => sum + row.secrets, 0);
  const ids = [...new Set(missing.map((row) => row.key_id))].sort();
  throw new UserError(
    `${secrets} stored secret${secrets === 1 ? ' was' : 's were'} encrypted with another key ` +
      `(${ids.join(', ')}). Put the old key ${remedy}`,
  );
}

/**
 * The first start stores the key's id, so that a second Shipmate with another key is refused before there is a secret
 * that only one of them can read. A start that has the stored key behind a new one stores the new one.
 */
async function verifyInstallation(database: Database, cipher: KeyedCipher): Promise<void> {
  const { keyId } = cipher;
  const other = await database.asSystem().transactional(async (em) => {
    await executeSql(em, `insert into installation values ('secret_key', $1) on conflict do nothing`, [keyId]);
    const { rows } = await executeSql<{ value: string }>(
      em,
      `select value from installation where name = 'secret_key' for update`,
    );
    const stored = rows[0]?.value ?? keyId;
    if (!cipher.hasKey(stored)) return stored;
    if (stored !== keyId) await executeSql(em, `update installation set value = $1 where name = 'secret_key'`, [keyId]);
    return undefined;
  });
  if (other === undefined) return;
  throw new UserError(
    `Shipmate on this database uses another key (${other}); this one has ${keyId}. All that share a database need the ` +
      `same. Put that key ${remedy}`,
  );
}
