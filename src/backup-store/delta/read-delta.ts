import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { inTurn } from '../in-turn.ts';
import { mostInFrame } from '../text-frames.ts';
import { headBytes, isName, type Piece, readEnd, readHead, readPiece, type Whole } from './delta-format.ts';
import { forwardWindow } from './forward-window.ts';
import { mostCompared } from './place-frames.ts';
import { takeBytes } from './take-bytes.ts';

const decompress = promisify(zstdDecompress);

/** Frames under way at the same time, each in a thread of its own. */
const atOnce = 2;

const nothing = Buffer.alloc(0);

interface Compared {
  bytes: Buffer;
  plain: number;
  part: Buffer;
}

/**
 * Makes a text of its differences to another one, the reference. Whether it is what was written, only its digest tells.
 * @returns what the text is to be.
 * @throws {Error} when either was cut short, or is something else.
 */
export async function* readDelta(
  source: AsyncIterable<Buffer>,
  reference: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, Whole> {
  const window = forwardWindow(reference);
  let whole: Whole | undefined;
  async function* compared(): AsyncGenerator<Compared, void> {
    const take = takeBytes(source);
    try {
      if (readHead(await take.next(headBytes)).kind !== 'name' || !isName(await take.next(16))) throw foreign();
      for (;;) {
        const { kind, length } = readHead(await take.next(headBytes));
        if (kind === 'name') throw foreign();
        const contents = await take.next(length);
        if (kind === 'end') {
          await take.end();
          whole = readEnd(contents);
          return;
        }
        const piece = checked(readPiece(contents));
        const bytes = await take.next(piece.packed);
        const part = piece.compared === 0 ? nothing : await window.part(piece.from, piece.from + piece.compared);
        if (part.length !== piece.compared) throw new Error('the backup that this one depends on breaks off');
        yield { bytes, part, plain: piece.plain };
      }
    } finally {
      await take.close();
    }
  }
  try {
    yield* inTurn(compared(), atOnce, unpacked);
  } finally {
    await window.close();
  }
  if (!whole) throw new Error('the differences have no end');
  return whole;
}

function foreign(): Error {
  return new Error('these are no differences to another backup');
}

/** @throws {Error} when it would take more memory than any that was written. */
function checked(piece: Piece): Piece {
  const { compared, from, packed, plain } = piece;
  const fits = packed <= 2 * mostInFrame && plain <= mostInFrame && compared <= mostCompared;
  if (fits && Number.isSafeInteger(from)) return piece;
  throw foreign();
}

async function unpacked({ bytes, part, plain }: Compared): Promise<Buffer> {
  const limits = { chunkSize: mostInFrame, maxOutputLength: mostInFrame };
  const text = await decompress(bytes, part.length === 0 ? limits : { ...limits, dictionary: part });
  if (text.length !== plain) throw new Error('a piece of the differences is of another length');
  return text;
}
