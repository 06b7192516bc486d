import { packText, unpackText } from '../../backup-store/pack-text.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { DatabaseType } from '../../entities/managed-database.ts';
import { type Measured, measureStream } from './measure-stream.ts';

/** What runs in a thread beside the one that has the events. */

/** Packs the dump of an engine; returns what was measured of it before, and of what packing made of it. */
export async function* packDump(source: AsyncIterable<Buffer>, type: DatabaseType): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(source, databaseEngines[type].dumpTool);
  const packed = measureStream(packText(stream));
  yield* packed;
  const { bytes, sha256 } = packed.result();
  return { ...stream.result(), packedAs: { bytes, sha256 } };
}

/** Unpacks a dump; returns what was measured of it afterwards. */
export async function* unpackDump(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(unpackText(source));
  yield* stream;
  return stream.result();
}
