import type { Manifest, Measure } from '../dump-tool.ts';

/** What comes before the first key is short; functions may be longer and are then not looked past. */
const headBytes = 64 * 1024;
const opcodes = { aux: 0xfa, resize: 0xfb, select: 0xfe, functions: 0xf5 } as const;

/**
 * Keys of the first numbered database in a snapshot of Redis, from the sizes it states before its keys. The keys
 * themselves have no marks that could be counted without decoding every value.
 * @see https://rdb.fnordig.de/file_format.html
 */
export function measureRdb(): Measure {
  let head = Buffer.alloc(0);
  return {
    add(chunk) {
      if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
    },
    end: () => readHead(head),
  };
}

function readHead(head: Buffer): Manifest {
  if (head.toString('latin1', 0, 5) !== 'REDIS') throw new Error('this is not a Redis snapshot');
  const cursor = { bytes: head, at: 9 };
  let database = '';
  try {
    for (;;) {
      const opcode = byte(cursor);
      if (opcode === opcodes.aux) {
        skipString(cursor);
        skipString(cursor);
      } else if (opcode === opcodes.functions) skipString(cursor);
      else if (opcode === opcodes.select) database = `db${length(cursor).value}`;
      else if (opcode === opcodes.resize) {
        const rows = length(cursor).value;
        return { [database]: { rows, passing: length(cursor).value } };
      } else return {};
    }
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

interface Cursor {
  bytes: Buffer;
  at: number;
}

/** @throws {RangeError} past the end. */
function byte(cursor: Cursor): number {
  const value = cursor.bytes[cursor.at];
  if (value === undefined) throw new RangeError('past the end of what was kept');
  cursor.at += 1;
  return value;
}

/** A length, or the kind of a string that is stored as a number or compressed. */
function length(cursor: Cursor): { value: number; special: boolean } {
  const first = byte(cursor);
  const low = first & 0x3f;
  if (first >> 6 === 0) return { value: low, special: false };
  if (first >> 6 === 1) return { value: (low << 8) | byte(cursor), special: false };
  if (first >> 6 === 3) return { value: low, special: true };
  const wide = first === 0x81;
  const at = cursor.at;
  cursor.at += wide ? 8 : 4;
  return { value: wide ? Number(cursor.bytes.readBigUInt64BE(at)) : cursor.bytes.readUInt32BE(at), special: false };
}

function skipString(cursor: Cursor): void {
  const { value, special } = length(cursor);
  if (!special) cursor.at += value;
  else if (value < 3) cursor.at += 1 << value;
  else {
    const compressed = length(cursor).value;
    length(cursor);
    cursor.at += compressed;
  }
}
