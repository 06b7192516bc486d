import type { BackupRepository, BackupStore } from '../../backup-store/backup-store.ts';
import { storeLocation } from '../../backup-store/location.ts';
import type { Config } from '../../config.ts';

type Where = Pick<Config, 'dataDir' | 's3' | 'selfBackup'>;

/** All of them. */
export const selfTag = 'shipmate';

/** A backup of Shipmate itself. */
export interface SelfBackup {
  /** `<installation>_<time>`, e.g. `7c1e…_20261129T033700Z`. */
  name: string;
  installation: string;
  at: Date;
  snapshot: string;
}

/** What keeps backups of Shipmate itself secret. */
export interface Sealing {
  /** Of the repository: restic derives its key by scrypt and encrypts everything in it. */
  password: string;
  /** What is stored is encrypted for it before. The password is the recipient then, which everybody may know. */
  recipient: string | undefined;
}

/** Undefined when there are to be no such backups. */
export function sealingOf({ selfBackup: { passphrase, recipient } }: Pick<Where, 'selfBackup'>): Sealing | undefined {
  const password = recipient ?? passphrase;
  return password === undefined ? undefined : { password, recipient };
}

/** Beside those of the databases, unless a folder is configured. */
export function selfRepository(config: Where, password: string): BackupRepository {
  return { location: config.selfBackup.folder ?? storeLocation(config, selfTag), password };
}

export function selfBackupName(installation: string, at: Date): string {
  return `${installation}_${at.toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

/** Oldest first. */
export async function listSelfBackups(
  store: Pick<BackupStore, 'list'>,
  repository: BackupRepository,
  signal: AbortSignal,
): Promise<SelfBackup[]> {
  const listed = await store.list(repository, selfTag, signal);
  return listed.flatMap((one) => read(one) ?? []).sort((one, other) => one.at.getTime() - other.at.getTime());
}

function read({ name, snapshot }: { name: string; snapshot: string }): SelfBackup | undefined {
  const found = /^([0-9a-f-]{36})_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(name);
  if (!found) return undefined;
  const [, installation = '', year, month, day, hour, minute, second] = found;
  return { name, snapshot, installation, at: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}
