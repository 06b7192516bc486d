import { promisify } from 'node:util';
import { constants, createZstdCompress, zstdDecompress } from 'node:zlib';
import { inTurn } from './in-turn.ts';
import { mostInFrame, textFrames } from './text-frames.ts';

const decompress = promisify(zstdDecompress);

/** Frames under way at the same time, each in a thread of its own. */
const atOnce = 4;
/** Before each frame stands one that readers skip, with the length of the next: magic number, 4, length. */
const skipped = 0x184d2a50;
const headerBytes = 12;
/** The fastest level that makes text smaller than restic does, at an eighth of its processor time. */
const settings = {
  chunkSize: 256 * 1024,
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

/**
 * Compresses text for a store that finds again what it already has: text that did not change is compressed to the same
 * bytes. `zstd -d` reads it.
 * @param seen Hears of each frame before it is compressed.
 * @see https://github.com/facebook/zstd/blob/dev/doc/zstd_compression_format.md
 */
export async function* packText(
  source: AsyncIterable<Buffer>,
  seen: (frame: Buffer) => void = () => undefined,
): AsyncGenerator<Buffer, void> {
  const compressors = Array.from({ length: atOnce }, compressor);
  let turn = 0;
  // Whose turn it is has done: the result of its frame before was waited for.
  const compress = (text: Buffer) => {
    seen(text);
    return (compressors[turn++ % atOnce] as Compressor).frame(text);
  };
  try {
    for await (const frame of inTurn(textFrames(source), atOnce, compress)) {
      const header = Buffer.alloc(headerBytes);
      header.writeUInt32LE(skipped, 0);
      header.writeUInt32LE(4, 4);
      header.writeUInt32LE(frame.length, 8);
      yield header;
      yield frame;
    }
  } finally {
    for (const one of compressors) one.close();
  }
}

type Compressor = ReturnType<typeof compressor>;

/** Makes one frame after the other with the same memory: megabytes for each frame would be collected all the time. */
function compressor() {
  const stream = createZstdCompress(settings);
  let parts: Buffer[] = [];
  let fail = (_error: Error): void => undefined;
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.on('error', (error) => fail(error));
  return {
    frame: (text: Buffer) =>
      new Promise<Buffer>((resolve, reject) => {
        fail = reject;
        stream.write(text);
        stream.flush(constants.ZSTD_e_end, () => {
          resolve(Buffer.concat(parts));
          parts = [];
        });
      }),
    close: () => stream.destroy(),
  };
}

/** @throws {Error} when it was cut short or is something else. */
export async function* unpackText(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  // A decompressing stream of Node's ends silently with the first frame of a chunk.
  yield* inTurn(packedFrames(source), atOnce, (frame) =>
    decompress(frame, { chunkSize: mostInFrame, maxOutputLength: mostInFrame }),
  );
}

async function* packedFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = headerBytes;
  for await (const chunk of source) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    let rest: Buffer = Buffer.concat(parts);
    for (wanted = frameEnd(rest); rest.length >= wanted; wanted = frameEnd(rest)) {
      if (rest.length > 0) yield rest.subarray(headerBytes, wanted);
      rest = rest.subarray(wanted);
    }
    parts = [rest];
    size = rest.length;
  }
  if (size > 0) throw new Error('the packed text breaks off within a frame');
}

/** Where the first frame of the data ends, as far as they tell. */
function frameEnd(data: Buffer): number {
  if (data.length < headerBytes) return headerBytes;
  const length = data.readUInt32LE(8);
  if (data.readUInt32LE(0) !== skipped || data.readUInt32LE(4) !== 4 || length > 2 * mostInFrame) {
    throw new Error('this is no packed text');
  }
  return headerBytes + length;
}
