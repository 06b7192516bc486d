import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { inTurn } from '../in-turn.ts';
import { textFrames } from '../text-frames.ts';
import { writeEnd, writeName, writePiece, type Whole } from './delta-format.ts';
import { isRaw } from './dictionary.ts';
import { forwardWindow } from './forward-window.ts';
import type { Marks } from './marks.ts';
import { placeFrames } from './place-frames.ts';

const compress = promisify(zstdCompress);

/** Frames under way at the same time, each in a thread of its own. */
const atOnce = 2;
/** Places that are remembered: one for so many bytes, as a power of two. */
const bytesOfPlace = 3;

/**
 * By itself, level 1 remembers 16,000 places in half a megabyte. What a frame is compared with would be forgotten by then.
 * @param bytes Of both.
 */
function settings(bytes: number) {
  const log = Math.ceil(Math.log2(bytes));
  return {
    chunkSize: 64 * 1024,
    params: {
      [constants.ZSTD_c_compressionLevel]: 1,
      [constants.ZSTD_c_windowLog]: Math.max(10, log),
      [constants.ZSTD_c_hashLog]: Math.max(14, log - bytesOfPlace),
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  };
}

interface Compared {
  frame: Buffer;
  from: number;
  part: Buffer;
}

/**
 * Writes a text as its differences to an earlier one, the reference: each frame is compressed with what it was before as
 * its dictionary. Both are read once, at the same time, with some megabytes of each in memory.
 * @param marks Of the reference.
 * @param whole What the text was; asked for when it has been read.
 */
export async function* writeDelta(
  source: AsyncIterable<Buffer>,
  reference: AsyncIterable<Buffer>,
  marks: Marks,
  whole: () => Whole,
): AsyncGenerator<Buffer, void> {
  const window = forwardWindow(reference);
  const places = placeFrames(marks);
  async function* compared(): AsyncGenerator<Compared, void> {
    for await (const frame of textFrames(source)) {
      const { from, to } = places.next(frame);
      yield { frame, from, part: await window.part(from, to) };
    }
  }
  try {
    yield writeName();
    yield* inTurn(compared(), atOnce, packed);
    yield writeEnd(whole());
  } finally {
    await window.close();
  }
}

async function packed({ frame, from, part }: Compared): Promise<Buffer> {
  const usable = isRaw(part);
  const options = settings(frame.length + part.length);
  const bytes = await compress(frame, usable ? { ...options, dictionary: part } : options);
  const piece = {
    packed: bytes.length,
    plain: frame.length,
    from: usable ? from : 0,
    compared: usable ? part.length : 0,
  };
  return Buffer.concat([writePiece(piece), bytes]);
}
