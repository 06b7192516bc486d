import { randomBytes } from 'node:crypto';
import { databaseEngines } from '../../database-engines/registry.ts';
import { executeSql } from '../../database/database.ts';
import type { DatabaseType, ManagedDatabase } from '../../entities/managed-database.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import { connectionIdentity } from '../../secrets/connection-identity.ts';
import type { Deps } from '../deps.ts';

/** What the ciphertext of a row's connection string holds, a line each. */
export interface StoredAccounts {
  connectionUrl: string;
  /** Undefined for engines with one account, and for a database of a time before there were two. */
  administratorPassword?: string | undefined;
}

export function sealAccounts(cipher: Cipher, database: Pick<ManagedDatabase, 'id'>, stored: StoredAccounts): string {
  const { administratorPassword, connectionUrl } = stored;
  const lines = administratorPassword === undefined ? [connectionUrl] : [connectionUrl, administratorPassword];
  return cipher.encrypt(lines.join('\n'), connectionIdentity(database));
}

export function openAccounts(cipher: Cipher, database: Pick<ManagedDatabase, 'id'>, sealed: string): StoredAccounts {
  const [connectionUrl = '', administratorPassword] = cipher.decrypt(sealed, connectionIdentity(database)).split('\n');
  return { connectionUrl, administratorPassword };
}

/** 192 random bits, without characters that need quoting. */
export function makePassword(): string {
  return randomBytes(24).toString('hex');
}

/** The password of a new server's administrator; undefined for an engine that has none beside the application. */
export function administratorPasswordFor(type: DatabaseType): string | undefined {
  return databaseEngines[type].accounts && makePassword();
}

/** Stores a password for the administrator of a database that has none yet; its server gets it when it is settled. */
export async function ensureAdministrator({ cipher, database }: Pick<Deps, 'cipher' | 'database'>, id: string) {
  await database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ type: DatabaseType; sealed: string }>(
      em,
      'select type, connection_string as sealed from databases where id = $1 and connection_string is not null for update',
      [id],
    );
    const [row] = rows;
    if (!row) return;
    const administratorPassword = administratorPasswordFor(row.type);
    const stored = openAccounts(cipher, { id }, row.sealed);
    if (administratorPassword === undefined || stored.administratorPassword !== undefined) return;
    const sealed = sealAccounts(cipher, { id }, { ...stored, administratorPassword });
    await executeSql(em, 'update databases set connection_string = $2 where id = $1', [id, sealed]);
  });
}
