/** So much of a line tells it from others, bytes. */
const looked = 64;
/** A line is looked for in so much of a frame's end; MySQL writes many rows in one line. */
const endBytes = 64 * 1024;
/** Bytes of one mark: its number and the length of its frame, both 32 bits. */
const markBytes = 8;
/** Most frames that are marked: those of about 64 GB. */
export const mostMarks = 128 * 1024;

/** Where the frames of a text end, to find the same places in a later one. */
export interface Marks {
  /** What the end of each frame is known by. */
  numbers: Uint32Array;
  /** Where it is, bytes from the beginning. */
  ends: Float64Array;
}

/**
 * A number for the end of a frame: of the beginning of its last line, which has to be the same for the frame to end there
 * again, and is when a column was added.
 */
export function markOf(frame: Buffer): number {
  const end = frame.subarray(Math.max(0, frame.length - endBytes));
  const line = end.lastIndexOf(10, end.length - 2) + 1;
  const row = end.length - line > looked ? end.lastIndexOf('),(', end.length - 4) + 2 : 0;
  const from = Math.max(line, row);
  let hash = 0;
  for (let at = from; at < Math.min(end.length, from + looked); at += 1) {
    hash = Math.imul(hash, 0x01000193) + (end[at] ?? 0);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Marks the frames of a text one by one. */
export function markFrames() {
  let written = Buffer.alloc(1024 * markBytes);
  let count = 0;
  return {
    add(frame: Buffer): void {
      if (count >= mostMarks) return void (count += 1);
      if (count * markBytes === written.length) written = Buffer.concat([written, Buffer.alloc(written.length)]);
      written.writeUInt32LE(markOf(frame), count * markBytes);
      written.writeUInt32LE(frame.length, count * markBytes + 4);
      count += 1;
    },
    /** As they are stored; undefined when they are too many. */
    result: () => (count > mostMarks ? undefined : Buffer.from(written.subarray(0, count * markBytes))),
  };
}

export function readMarks(stored: Uint8Array): Marks {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const count = Math.floor(stored.byteLength / markBytes);
  const marks = { numbers: new Uint32Array(count), ends: new Float64Array(count) };
  for (let one = 0; one < count; one += 1) {
    marks.numbers[one] = view.getUint32(one * markBytes, true);
    marks.ends[one] = (marks.ends[one - 1] ?? 0) + view.getUint32(one * markBytes + 4, true);
  }
  return marks;
}
