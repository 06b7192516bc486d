import { readFile } from 'node:fs/promises';
import type { BackupRepository, BackupStore } from './backup-store/backup-store.ts';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { listSelfBackups, type SelfBackup, selfRepository } from './usecases/self-backup/self-repository.ts';

/** The backups of Shipmate itself, and how to read one. */
export interface SelfBackups {
  location: string;
  backups: SelfBackup[];
  read(backup: SelfBackup): AsyncIterable<Buffer>;
}

export interface Where {
  /** A folder in place of the configured place. */
  from: string | undefined;
  /** Path of a file with secret keys of age. */
  identity: string | undefined;
}

/**
 * By the passphrase of the configuration, or by the identity of age.
 * @throws {UserError} when neither is given, or none fits.
 */
export async function openSelfBackups(
  config: Config,
  store: BackupStore,
  { from, identity }: Where,
  signal: AbortSignal,
): Promise<SelfBackups> {
  const place = (password: string) => ({
    ...selfRepository(config, password),
    ...(from !== undefined && { location: from }),
  });
  const pieces = ({ name, snapshot }: SelfBackup, repository: BackupRepository) =>
    store.read(repository, snapshot, name, signal);
  if (identity !== undefined) return openSealed(identity, { place, pieces, store, signal });
  const { passphrase } = config.selfBackup;
  if (passphrase === undefined) throw new UserError(whatOpens);
  const repository = place(passphrase);
  const backups = await listSelfBackups(store, repository, signal);
  return { location: repository.location, backups, read: (backup) => pieces(backup, repository) };
}

const whatOpens =
  'Set SHIPMATE_SELF_BACKUP_PASSPHRASE, which encrypts the backups of Shipmate itself, or give `--identity <file>` if they ' +
  'were made for a recipient of age.';

interface Reading {
  place(password: string): BackupRepository;
  pieces(backup: SelfBackup, repository: BackupRepository): AsyncIterable<Buffer>;
  store: BackupStore;
  signal: AbortSignal;
}

/** With the first identity of the file whose recipient they were made for. */
async function openSealed(file: string, { pieces, place, signal, store }: Reading): Promise<SelfBackups> {
  const { readIdentities, recipientOf } = await import('./secrets/age.ts');
  const { unsealed } = await import('./usecases/self-backup/sealed.ts');
  const identities = readIdentities(await readIdentityFile(file));
  if (identities.length === 0)
    throw new UserError(
      `\`${file}\` has no line \`AGE-SECRET-KEY-1…\`, as \`age-keygen\` writes it. If it is encrypted, decrypt it first: \`age -d\`.`,
    );
  for (const identity of identities) {
    const repository = place(await recipientOf(identity));
    const backups = await listSelfBackups(store, repository, signal).catch((error: unknown) => {
      if (error instanceof Error && /wrong password/.test(error.message)) return undefined;
      throw error;
    });
    if (!backups) continue;
    return {
      location: repository.location,
      backups,
      read: (backup) => unsealed(identity, pieces(backup, repository)),
    };
  }
  throw new UserError(
    `The backups in ${place('').location} were made for another recipient than those of \`${file}\`.`,
  );
}

async function readIdentityFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`\`${file}\` cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`, {
      cause: error,
    });
  }
}
