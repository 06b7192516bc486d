import { markFrames, readMarks } from '../../backup-store/delta/marks.ts';
import { readDelta } from '../../backup-store/delta/read-delta.ts';
import { writeDelta } from '../../backup-store/delta/write-delta.ts';
import { packText, unpackText } from '../../backup-store/pack-text.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { DatabaseType } from '../../entities/managed-database.ts';
import { type Measured, measureStream } from './measure-stream.ts';

/** What runs in a thread beside the one that has the events. */

/** Packs the dump of an engine; returns what was measured of it before, and of what packing made of it. */
export async function* packDump(source: AsyncIterable<Buffer>, type: DatabaseType): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(source, databaseEngines[type].dumpTool);
  const marked = markFrames();
  const packedAs = yield* measured(packText(stream, marked.add));
  return { ...stream.result(), packedAs, marks: marked.result() };
}

/** Packs the dump of an engine as its differences to a packed one. @param task With the marks of that one. */
export async function* packDelta(
  source: AsyncIterable<Buffer>,
  { marks, type }: { type: DatabaseType; marks: Uint8Array },
  reference: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(source, databaseEngines[type].dumpTool);
  const delta = writeDelta(stream, unpackText(reference), readMarks(marks), () => stream.result());
  const packedAs = yield* measured(delta);
  return { ...stream.result(), packedAs };
}

/** Unpacks a dump; returns what was measured of it afterwards. */
export async function* unpackDump(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(unpackText(source));
  yield* stream;
  return stream.result();
}

/** Makes a dump of its differences to a packed one; returns what was measured of it afterwards. */
export async function* unpackDelta(
  source: AsyncIterable<Buffer>,
  _task: undefined,
  reference: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, Measured> {
  const stream = measureStream(readDelta(source, unpackText(reference)));
  yield* stream;
  return stream.result();
}

async function* measured(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, { bytes: number; sha256: string }> {
  const stream = measureStream(packed);
  yield* stream;
  const { bytes, sha256 } = stream.result();
  return { bytes, sha256 };
}
