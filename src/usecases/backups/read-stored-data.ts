import { StoreError } from '../../backup-store/run-restic.ts';
import { Backup } from '../../entities/backup.ts';
import type { Deps } from '../deps.ts';
import type { DumpData } from './load-dump.ts';
import { measureStream, type MeasuredStream } from './measure-stream.ts';
import { unpackedStream } from './packed-stream.ts';
import { dataName, resticRepository, storeOf } from './restic-repositories.ts';

/** Bytes so far of the plain data, in whichever form they are read. */
interface StoredData extends DumpData {
  readonly bytes: number;
}

/**
 * Streams a backup's plain data, or the same as it is stored. Either stream ends with an error when its digest differs from
 * the one recorded when the backup was made. The backup's database and project have to be loaded.
 */
export async function storedData(deps: Deps, backup: Backup, signal: AbortSignal): Promise<StoredData> {
  const { metadata, sizeBytes } = backup;
  const { packed, packed_as: packedAs, sha256 } = metadata;
  const stored = await readStored(deps, backup, signal);
  const reference = await readReference(deps, backup, signal);
  let bytes = () => 0;

  async function* plain(): AsyncGenerator<Buffer, void> {
    const stream = packed ? unpackedStream(stored(), reference?.()) : measureStream(stored());
    bytes = () => stream.bytes;
    yield* proven(stream, sha256);
  }

  async function* asStored(as: NonNullable<typeof packedAs>): AsyncGenerator<Buffer, void> {
    const stream = measureStream(stored());
    bytes = () => Math.round((stream.bytes * (sizeBytes ?? 0)) / as.bytes);
    yield* proven(stream, as.sha256);
  }

  return {
    get bytes() {
      return bytes();
    },
    [Symbol.asyncIterator]: plain,
    ...(packed === 'zstd' && packedAs && { packed: { [Symbol.asyncIterator]: () => asStored(packedAs) } }),
  };
}

async function* proven(stream: MeasuredStream, expected: string | undefined): AsyncGenerator<Buffer, void> {
  yield* stream;
  const { sha256 } = stream.result();
  if (sha256 !== expected) throw new Error(`the stored backup’s digest is ${sha256}, expected ${expected}`);
}

/** Reads a backup as it is stored, each time anew. Its database and project have to be loaded. */
export async function readStored(
  deps: Deps,
  backup: Backup,
  signal: AbortSignal,
): Promise<() => AsyncIterable<Buffer>> {
  const { snapshot } = backup.metadata;
  if (backup.status !== 'success' || snapshot === undefined) throw new Error('the backup is not complete');
  const repository = resticRepository(deps, await storeOf(deps, backup.database), backup);
  return () => deps.backupStore.read(repository, snapshot, dataName, signal);
}

/** Reads what the backup is the differences to. */
async function readReference(
  deps: Deps,
  { id }: Backup,
  signal: AbortSignal,
): Promise<(() => AsyncIterable<Buffer>) | undefined> {
  const em = deps.database.asSystem();
  const { reference } = await em.findOneOrFail(Backup, id, { populate: ['reference.database.project'] });
  if (!reference) return undefined;
  const stored = await readStored(deps, reference, signal);
  return () => named(stored(), reference);
}

/** A store that fails says which of the two backups it cannot read. */
async function* named(packed: AsyncIterable<Buffer>, { id }: Backup): AsyncGenerator<Buffer, void> {
  try {
    yield* packed;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const [name, why] = [id.slice(0, 8), error.message];
    throw new StoreError(`It is stored as differences to ${name}, which cannot be read. ${why}`, { cause: error });
  }
}

/** Reads the whole backup only to verify its digest. */
export async function proveWhole(deps: Deps, backup: Backup, signal: AbortSignal): Promise<void> {
  for await (const _chunk of await storedData(deps, backup, signal)) signal.throwIfAborted();
}
