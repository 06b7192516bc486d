import { createHash, type Hash } from 'node:crypto';
import { expandLzf } from './rdb-packed.ts';

/** Waits, wherever it is, for more bytes. */
export type Reading<T = void> = Generator<undefined, T, undefined>;

export interface RdbReader {
  push(chunk: Buffer): void;
  /** A few bytes at once. */
  take(count: number): Reading<Buffer>;
  /** A number that is a length, or the form of a string when it is `special`. */
  length(): Reading<{ value: number; special: boolean }>;
  /** Over a string of any form and size. */
  string(): Reading;
  /** Over a string, of which what it stands for counts, not how it was written. */
  plainString(): Reading;
  /** A string that others are packed into; undefined for one that is too long to be held, which counts as it is. */
  packed(): Reading<Buffer | undefined>;
  /** Puts a string into the digest that is open, as `plainString` does. */
  note(text: Buffer): void;
  /** Reads what does not count as it is written. */
  uncounted<T>(read: () => Reading<T>): Reading<T>;
  /** SHA-256 of the bytes that `read` reads or notes. */
  digest(read: () => Reading | void): Reading<Buffer>;
  /** Puts what `count` times `read` reads or notes into the digest that is open, in any order. */
  unordered(count: number, read: () => Reading | void): Reading;
}

const digestBytes = 32;
/** Longest string to hold, bytes. */
const maxHeld = 4 * 1024 * 1024;

/** Combines digests so that their order does not count. */
export function mix(into: Buffer, digest: Buffer): void {
  for (let at = 0; at < digestBytes; at += 1) into[at] = (into[at] ?? 0) ^ (digest[at] ?? 0);
}

export function emptyDigest(): Buffer {
  return Buffer.alloc(digestBytes);
}

/** A backup does not fail for a string that cannot be read, which counts as it is. */
function expanded(packed: Buffer, length: number): Buffer {
  try {
    return expandLzf(packed, length);
  } catch (error) {
    if (error instanceof RangeError) return packed;
    throw error;
  }
}

/** @see https://rdb.fnordig.de/file_format.html */
export function rdbReader(): RdbReader {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  let hash: Hash | undefined;

  function* take(count: number): Reading<Buffer> {
    while (bytes.length - at < count) yield;
    const part = bytes.subarray(at, at + count);
    at += count;
    hash?.update(part);
    return part;
  }

  function* pass(count: number): Reading {
    for (let left = count; left > 0;) {
      if (at === bytes.length) yield;
      const part = bytes.subarray(at, at + left);
      at += part.length;
      left -= part.length;
      hash?.update(part);
    }
  }

  function* length(): Reading<{ value: number; special: boolean }> {
    const first = (yield* take(1))[0] ?? 0;
    const low = first & 0x3f;
    if (first >> 6 === 0) return { value: low, special: false };
    if (first >> 6 === 1) return { value: (low << 8) | ((yield* take(1))[0] ?? 0), special: false };
    if (first >> 6 === 3) return { value: low, special: true };
    const value = low === 0 ? (yield* take(4)).readUInt32BE(0) : Number((yield* take(8)).readBigUInt64BE(0));
    return { value, special: false };
  }

  function* string(): Reading {
    const { special, value } = yield* length();
    if (!special) yield* pass(value);
    else if (value < 3) yield* take(1 << value);
    else {
      const compressed = (yield* length()).value;
      yield* length();
      yield* pass(compressed);
    }
  }

  function* uncounted<T>(read: () => Reading<T>): Reading<T> {
    const outer = hash;
    hash = undefined;
    const found = yield* read();
    hash = outer;
    return found;
  }

  /** @returns what a string stands for, or its length when it is too long; then its bytes come next. */
  function* heldString(): Reading<Buffer | number> {
    const { special, value } = yield* length();
    if (!special) return value > maxHeld ? value : yield* take(value);
    if (value < 3) return Buffer.from(String((yield* take(1 << value)).readIntLE(0, 1 << value)));
    const compressed = (yield* length()).value;
    const whole = (yield* length()).value;
    return whole > maxHeld ? compressed : expanded(yield* take(compressed), whole);
  }

  function* packed(): Reading<Buffer | undefined> {
    const found = yield* uncounted(heldString);
    if (typeof found !== 'number') return found;
    yield* pass(found);
    return undefined;
  }

  function* plainString(): Reading {
    const found = yield* packed();
    if (found) note(found);
  }

  /** With its length before it: where one ends counts, too. */
  function note(text: Buffer): void {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(text.length);
    hash?.update(size).update(text);
  }

  function* digest(read: () => Reading | void): Reading<Buffer> {
    const outer = hash;
    hash = createHash('sha256');
    const reading = read();
    if (reading) yield* reading;
    const own = hash.digest();
    hash = outer;
    return own;
  }

  function* unordered(count: number, read: () => Reading | void): Reading {
    const all = emptyDigest();
    for (let left = count; left > 0; left -= 1) mix(all, yield* digest(read));
    hash?.update(all);
  }

  return {
    push(chunk) {
      bytes = at < bytes.length ? Buffer.concat([bytes.subarray(at), chunk]) : chunk;
      at = 0;
    },
    take,
    length,
    string,
    plainString,
    packed,
    note,
    uncounted,
    digest,
    unordered,
  };
}
