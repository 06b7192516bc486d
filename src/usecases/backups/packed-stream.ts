import { throughThread } from '../../host/stream-thread.ts';
import type { DatabaseType } from '../../entities/managed-database.ts';
import type { Measured, MeasuredStream } from './measure-stream.ts';

const file = new URL('pack-aside.ts', import.meta.url);

/** An earlier dump, packed, and where its frames end. */
export interface Reference {
  packed: AsyncIterable<Buffer>;
  marks: Uint8Array;
}

/** Measures a dump of an engine, and streams it packed: by itself, or as its differences to an earlier one. */
export function packedStream(dump: AsyncIterable<Buffer>, type: DatabaseType, reference?: Reference): MeasuredStream {
  let bytes = 0;
  let measured: Measured | undefined;
  async function* counted(): AsyncGenerator<Buffer, void> {
    for await (const chunk of dump) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return {
    get bytes() {
      return bytes;
    },
    result: () => whole(measured),
    async *[Symbol.asyncIterator]() {
      measured = yield* reference
        ? throughThread<Measured>(
            { file, name: 'packDelta' },
            { type, marks: reference.marks },
            counted(),
            reference.packed,
          )
        : throughThread<Measured>({ file, name: 'packDump' }, type, counted());
    },
  };
}

/** Streams a packed dump as it was, and measures it. @param reference What it is the differences to, packed. */
export function unpackedStream(packed: AsyncIterable<Buffer>, reference?: AsyncIterable<Buffer>): MeasuredStream {
  let bytes = 0;
  let measured: Measured | undefined;
  return {
    get bytes() {
      return bytes;
    },
    result: () => whole(measured),
    async *[Symbol.asyncIterator]() {
      const name = reference ? 'unpackDelta' : 'unpackDump';
      const stream = throughThread<Measured>({ file, name }, undefined, packed, reference);
      try {
        for (;;) {
          const next = await stream.next();
          if (next.done) {
            measured = next.value;
            return;
          }
          bytes += next.value.length;
          yield next.value;
        }
      } finally {
        await stream.return(undefined as never);
      }
    },
  };
}

function whole(measured: Measured | undefined): Measured {
  if (!measured) throw new Error('the stream has not been read to its end');
  return measured;
}
