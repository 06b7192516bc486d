import { packText, unpackText } from '../../backup-store/pack-text.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { DatabaseType } from '../../entities/managed-database.ts';
import { type Measured, measureStream } from './measure-stream.ts';

/** What runs in a thread beside the one that has the events. */

/** Packs the dump of an engine; returns what was measured of it before. */
export async function* packDump(source: AsyncIterable<Buffer>, type: DatabaseType): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(source, databaseEngines[type].dumpTool);
  yield* packText(stream);
  return stream.result();
}

/** Unpacks a dump; returns what was measured of it afterwards. */
export async function* unpackDump(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(unpackText(source));
  yield* stream;
  return stream.result();
}
