import type { Backup } from '../../entities/backup.ts';
import type { Deps } from '../deps.ts';
import { measureStream, type MeasuredStream } from './measure-stream.ts';
import { unpackedStream } from './packed-stream.ts';
import { resticRepository, storeOf } from './restic-repositories.ts';
import { dataName } from './run-backup.ts';

/**
 * Streams a backup's plain data. The stream ends with an error when its digest differs from the one recorded when the
 * backup was made. The backup's database and project have to be loaded.
 */
export async function storedData(deps: Deps, backup: Backup, signal: AbortSignal): Promise<MeasuredStream> {
  const { metadata } = backup;
  if (backup.status !== 'success' || metadata.snapshot === undefined) throw new Error('the backup is not complete');
  const repository = resticRepository(deps, await storeOf(deps, backup.database), backup);
  const stored = deps.backupStore.read(repository, metadata.snapshot, dataName, signal);
  const stream = metadata.packed ? unpackedStream(stored) : measureStream(stored);
  return {
    get bytes() {
      return stream.bytes;
    },
    result: () => stream.result(),
    async *[Symbol.asyncIterator]() {
      yield* stream;
      const { sha256 } = stream.result();
      if (sha256 !== metadata.sha256)
        throw new Error(`the stored backup’s digest is ${sha256}, expected ${metadata.sha256}`);
    },
  };
}

/** Reads the whole backup only to verify its digest. */
export async function proveWhole(deps: Deps, backup: Backup, signal: AbortSignal): Promise<void> {
  for await (const _chunk of await storedData(deps, backup, signal)) signal.throwIfAborted();
}
