/**
 * A delta is a stream of zstd frames, each behind a frame that readers of zstd skip: the magic number, the length of what
 * follows, and it, all in little endian. The first is the name, the last says how long the text is and has its digest.
 * @see https://github.com/facebook/zstd/blob/dev/doc/zstd_compression_format.md#skippable-frames
 */
const magic = { name: 0x184d2a51, piece: 0x184d2a52, end: 0x184d2a53 } as const;
const name = 'shipmate delta 1';
export const headBytes = 8;
/** A frame of zstd as large as its text, and something. */
export const pieceBytes = 20;
export const endBytes = 40;

/** A piece: its zstd frame has the part of the reference as its dictionary, as raw content. */
export interface Piece {
  /** Length of its zstd frame, bytes. */
  packed: number;
  /** Length of its text, bytes. */
  plain: number;
  /** Where the part of the reference begins and how long it is, bytes; without one, the frame stands for itself. */
  from: number;
  compared: number;
}

export interface Whole {
  bytes: number;
  sha256: string;
}

function skippable(kind: keyof typeof magic, contents: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(magic[kind], 0);
  head.writeUInt32LE(contents.length, 4);
  return Buffer.concat([head, contents]);
}

export function writeName(): Buffer {
  return skippable('name', Buffer.from(name));
}

export function writePiece({ compared, from, packed, plain }: Piece): Buffer {
  const contents = Buffer.alloc(pieceBytes);
  contents.writeUInt32LE(packed, 0);
  contents.writeUInt32LE(plain, 4);
  contents.writeBigUInt64LE(BigInt(from), 8);
  contents.writeUInt32LE(compared, 16);
  return skippable('piece', contents);
}

export function writeEnd({ bytes, sha256 }: Whole): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes));
  return skippable('end', Buffer.concat([length, Buffer.from(sha256, 'hex')]));
}

/** What the head announces. @throws {Error} when it is something else. */
export function readHead(head: Buffer): { kind: keyof typeof magic; length: number } {
  const [number, length] = [head.readUInt32LE(0), head.readUInt32LE(4)];
  if (number === magic.name && length === name.length) return { kind: 'name', length };
  if (number === magic.piece && length === pieceBytes) return { kind: 'piece', length };
  if (number === magic.end && length === endBytes) return { kind: 'end', length };
  throw new Error('these are no differences to another backup');
}

export function isName(contents: Buffer): boolean {
  return contents.toString('latin1') === name;
}

export function readPiece(contents: Buffer): Piece {
  return {
    packed: contents.readUInt32LE(0),
    plain: contents.readUInt32LE(4),
    from: Number(contents.readBigUInt64LE(8)),
    compared: contents.readUInt32LE(16),
  };
}

export function readEnd(contents: Buffer): Whole {
  return { bytes: Number(contents.readBigUInt64LE(0)), sha256: contents.toString('hex', 8) };
}
