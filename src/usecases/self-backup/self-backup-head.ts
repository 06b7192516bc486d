import { UserError } from '../../errors.ts';

/** The first line of a backup of Shipmate itself; the lines of `dumpTables` follow. */
export interface SelfBackupHead {
  shipmate: 1;
  /** Of the Shipmate that made it. */
  version: string;
  installation: string;
  /** ISO 8601. */
  at: string;
  /** What `SHIPMATE_SECRET_KEY` would have: base64 of each key, the encrypting one first. */
  keys: string;
  /** Where the archive and the backups of databases are; folders, or in the bucket. */
  archive: string;
  backups: string;
}

/** @throws {UserError} when it is none. */
export function readHead(line: string | undefined): SelfBackupHead {
  const head = line === undefined ? undefined : (JSON.parse(line) as SelfBackupHead);
  if (head?.shipmate === 1) return head;
  throw new UserError('This is no backup of Shipmate that this version can read. Take the version that made it.');
}
