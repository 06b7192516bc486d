import type { StoredData } from '../../backup-store/backup-store.ts';
import type { Backup } from '../../entities/backup.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';
import { messageOf } from './failure-reason.ts';
import { findReference } from './find-reference.ts';
import { type Measured, measureStream, type MeasuredStream } from './measure-stream.ts';
import { isOutage } from './outage.ts';
import { packedStream } from './packed-stream.ts';
import { readStored } from './read-stored-data.ts';
import type { Toolbox } from './toolbox.ts';

/** Stores a stream; packed ones as they are. */
export type Store = (stream: MeasuredStream, how?: { packed: true; reference?: string }) => Promise<StoredData>;

interface Dumped extends StoredData {
  measured: Measured;
  packed?: 'zstd' | 'delta';
  /** Id of the backup that it is the differences to. */
  reference?: string;
  wholeBecause?: string;
}

/**
 * Stores the database as its own tool writes it. An incremental backup of text is stored as its differences to an earlier
 * one; whatever prevents that costs the differences, never the backup.
 */
export async function makeDump(
  deps: Deps,
  { id, metadata, type }: Backup,
  access: DatabaseAccess,
  { signal, store, toolbox }: { store: Store; toolbox: Toolbox; signal: AbortSignal },
): Promise<Dumped> {
  const output = () => toolbox.output(access.tool.dump(access.login));
  if (access.tool.text !== true) {
    const stream = measureStream(output(), access.tool);
    return { ...(await store(stream)), measured: stream.result() };
  }

  async function whole(why?: string): Promise<Dumped> {
    const stream = packedStream(output(), access.database.type);
    const stored = await store(stream, { packed: true });
    return { ...stored, measured: stream.result(), packed: 'zstd', ...(why !== undefined && { wholeBecause: why }) };
  }

  async function differences(reference: Backup & { marks: Uint8Array }): Promise<Dumped> {
    const packed = await readStored(deps, reference, signal);
    const stream = packedStream(output(), access.database.type, { packed: packed(), marks: reference.marks });
    const stored = await store(stream, { packed: true, reference: reference.id });
    return { ...stored, measured: stream.result(), packed: 'delta', reference: reference.id };
  }

  const found = type === 'incremental' ? await findReference(deps, access.database) : {};
  if (!('reference' in found)) return whole('why' in found ? found.why : undefined);
  try {
    return await differences(found.reference);
  } catch (error) {
    if (signal.aborted || isOutage(error, metadata)) throw error;
    deps.logger.warn({ err: error, backup: id }, 'could not store a backup as differences');
    // Its reader may not have given it up yet.
    await toolbox.close();
    const name = found.reference.id.slice(0, 8);
    return whole(`its differences to ${name} could not be stored: ${messageOf(error, access)}`);
  }
}
