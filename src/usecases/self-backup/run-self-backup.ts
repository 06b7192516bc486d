import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { BackupRepository } from '../../backup-store/backup-store.ts';
import { storeLocation } from '../../backup-store/location.ts';
import { dumpTables } from '../../database/dump-tables.ts';
import { readInstallation, readValues, writeValue } from '../../database/installation.ts';
import { UnavailableError, UserError } from '../../errors.ts';
import { loadKeys } from '../../secrets/key-file.ts';
import { formatSize } from '../../units/sizes.ts';
import { version } from '../../version.ts';
import { planRotation } from '../backups/plan-rotation.ts';
import type { Deps } from '../deps.ts';
import { lastSelfBackup, readLast } from './last-self-backup.ts';
import type { SelfBackupHead } from './self-backup-head.ts';
import { listSelfBackups, sealingOf, selfBackupName, selfRepository, selfTag } from './self-repository.ts';

/** Characters that are handed over at once. */
const pieceLength = 64 * 1024;

interface Making {
  deps: Deps;
  repository: BackupRepository;
  /** For a recipient of age. */
  seal: ((data: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | undefined;
  installation: string;
  now: Date;
  signal: AbortSignal;
}

/**
 * Backs up Shipmate itself: its database as of one moment, its keys, and where everything else is. It counts once it was
 * read back whole. Older ones go as those of databases do.
 * @returns a short summary of the result.
 */
export async function runSelfBackup(deps: Deps, signal: AbortSignal, now = new Date()): Promise<string> {
  const sealing = sealingOf(deps.config);
  if (!sealing) return 'off: SHIPMATE_SELF_BACKUP_PASSPHRASE is not set';
  const { id: installation } = await readInstallation(deps.database);
  const { password, recipient } = sealing;
  const seal = recipient === undefined ? undefined : (await import('./sealed.ts')).sealFor(recipient);
  const making = { deps, installation, now, seal, signal, repository: selfRepository(deps.config, password) };
  await openRepository(making);
  const { bytes, sha256, snapshot } = await write(making);
  if ((await digestOf(making, snapshot)) !== sha256)
    throw new UnavailableError(`The backup in ${making.repository.location} differs from what was written.`);
  const last = JSON.stringify({ at: now.toISOString(), location: making.repository.location });
  await deps.database.asSystem().transactional((em) => writeValue(em, lastSelfBackup, last));
  const removed = await rotate(making);
  const others = removed > 0 ? `, ${removed} older removed` : '';
  return `${formatSize(bytes)} in ${making.repository.location}${others}`;
}

/** One that was there is not made again: an empty one would hide that the others are gone. */
async function openRepository({ deps, repository, seal, signal }: Making): Promise<void> {
  const values = await deps.database.asSystem().transactional((em) => readValues(em));
  const known = readLast(values)?.location === repository.location;
  try {
    await deps.backupStore[known ? 'open' : 'create'](repository, signal);
  } catch (error) {
    if (!(error instanceof Error) || !/wrong password/.test(error.message)) throw error;
    const other =
      seal === undefined
        ? 'another SHIPMATE_SELF_BACKUP_PASSPHRASE'
        : 'another SHIPMATE_SELF_BACKUP_RECIPIENT, or with a passphrase';
    throw new UserError(
      `The backups in ${repository.location} were made with ${other}. Set that one, or ` +
        'move them elsewhere to begin with the new one.',
      { cause: error },
    );
  }
}

async function write({ deps, installation, now, repository, seal, signal }: Making) {
  const head = await headOf(deps, installation, now);
  const hash = createHash('sha256');
  let bytes = 0;
  const database = deps.database.asSystem();
  const moment = { isolationLevel: 'repeatable read', readOnly: true } as const;
  const { snapshot } = await database.transactional(async (em) => {
    async function* measured(): AsyncGenerator<Buffer> {
      const plain = inPieces(head, dumpTables(em));
      for await (const piece of seal === undefined ? plain : seal(plain)) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    }
    const entry = { name: selfBackupName(installation, now), tag: selfTag, packed: seal !== undefined };
    return deps.backupStore.write(repository, entry, measured(), signal);
  }, moment);
  return { snapshot, bytes, sha256: hash.digest('hex') };
}

async function headOf(deps: Deps, installation: string, now: Date): Promise<SelfBackupHead> {
  const { config } = deps;
  const keys = await loadKeys(config.secretKeys, config.dataDir);
  return {
    shipmate: 1,
    version,
    installation,
    at: now.toISOString(),
    keys: keys.map((key) => key.toString('base64')).join(','),
    archive: deps.archive.location,
    backups: dirname(storeLocation(config, selfTag)),
  };
}

async function* inPieces(head: SelfBackupHead, lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let piece = `${JSON.stringify(head)}\n`;
  for await (const line of lines) {
    piece += line;
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

async function digestOf({ deps, installation, now, repository, signal }: Making, snapshot: string): Promise<string> {
  const hash = createHash('sha256');
  const stored = deps.backupStore.read(repository, snapshot, selfBackupName(installation, now), signal);
  for await (const piece of stored) hash.update(piece);
  return hash.digest('hex');
}

/** Those of this installation: another one may use the same bucket. */
async function rotate({ deps, installation, now, repository, signal }: Making): Promise<number> {
  const all = await listSelfBackups(deps.backupStore, repository, signal);
  const own = all.filter((one) => one.installation === installation);
  const kept = own.map(({ at, snapshot }) => ({ id: snapshot, type: 'full', createdAt: at, verified: false }) as const);
  const going = planRotation(kept, now);
  if (going.length > 0) await deps.backupStore.forget(repository, going, signal);
  return going.length;
}
