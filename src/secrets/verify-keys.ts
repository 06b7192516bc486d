import { type Database, executeSql } from '../database/database.ts';
import { UserError } from '../errors.ts';
import type { KeyedCipher } from './aes-gcm.ts';

/**
 * Looks at which keys the stored secrets were encrypted with, before anything is served.
 * @throws {UserError} when one of them is not at hand.
 */
export async function verifyKeys(database: Database, cipher: KeyedCipher): Promise<void> {
  const { rows } = await executeSql<{ id: string; secrets: number }>(
    database.asSystem(),
    `select split_part(secret, '.', 2) as id, count(*)::int as secrets
     from (
       select value as secret from env_vars where is_secret
       union all
       select config.value from git_sources, jsonb_each_text(webhook_config) config
     ) stored
     group by id`,
  );
  const missing = rows.filter(({ id }) => !cipher.hasKey(id));
  if (missing.length === 0) return;
  const secrets = missing.reduce((sum, row) => sum + row.secrets, 0);
  throw new UserError(
    `${secrets} stored secret${secrets === 1 ? ' was' : 's were'} encrypted with another key ` +
      `(${missing.map(({ id }) => id).join(', ')}). Put the key that was used into SHIPMATE_SECRET_KEY, ` +
      'after the new one if keys were rotated (`<new>,<old>`), or bring back the key file in the data directory.',
  );
}
