const listpackHead = 6;
const listpackEnd = 0xff;
const intsetHead = 8;

/** A string or a number of a listpack as text, and where what follows it begins. */
function entryAt(pack: Buffer, at: number): { text: Buffer; next: number } {
  const first = pack.readUInt8(at);
  const string = (head: number, length: number) => ({
    text: pack.subarray(at + head, at + head + length),
    size: head + length,
  });
  const number = (value: number | bigint, size: number) => ({ text: Buffer.from(String(value)), size });
  function read(): { text: Buffer; size: number } {
    if (first < 0x80) return number(first, 1);
    if (first < 0xc0) return string(1, first & 0x3f);
    if (first < 0xe0) return number(((((first & 0x1f) << 8) | pack.readUInt8(at + 1)) << 19) >> 19, 2);
    if (first < 0xf0) return string(2, ((first & 0x0f) << 8) | pack.readUInt8(at + 1));
    if (first === 0xf0) return string(5, pack.readUInt32LE(at + 1));
    if (first === 0xf1) return number(pack.readInt16LE(at + 1), 3);
    if (first === 0xf2) return number(pack.readIntLE(at + 1, 3), 4);
    if (first === 0xf3) return number(pack.readInt32LE(at + 1), 5);
    if (first === 0xf4) return number(pack.readBigInt64LE(at + 1), 9);
    throw new RangeError('this is no entry of a listpack');
  }
  const { size, text } = read();
  return { text, next: at + size + lengthBytes(size) };
}

/** Behind an entry is its length, 7 bits a byte. */
function lengthBytes(size: number): number {
  if (size <= 127) return 1;
  if (size < 16_383) return 2;
  if (size < 2_097_151) return 3;
  return size < 268_435_455 ? 4 : 5;
}

/** Strings of a listpack, numbers among them as text. @throws {RangeError} when it is none. */
export function listpackEntries(pack: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = listpackHead; pack.readUInt8(at) !== listpackEnd;) {
    const { next, text } = entryAt(pack, at);
    found.push(text);
    at = next;
  }
  return found;
}

/** Numbers of an intset as text. @throws {RangeError} when it is none. */
export function intsetEntries(pack: Buffer): Buffer[] {
  const [width, count] = [pack.readUInt32LE(0), pack.readUInt32LE(4)];
  if (pack.length !== intsetHead + width * count) throw new RangeError('this is no intset');
  return Array.from({ length: count }, (_, index) => {
    const at = intsetHead + width * index;
    return Buffer.from(String(width === 8 ? pack.readBigInt64LE(at) : pack.readIntLE(at, width)));
  });
}

/** What LZF made smaller. @throws {RangeError} when it is not whole. */
export function expandLzf(packed: Buffer, length: number): Buffer {
  const found = Buffer.alloc(length);
  let to = 0;
  for (let at = 0; at < packed.length;) {
    const control = packed.readUInt8(at++);
    if (control < 32) {
      to += packed.copy(found, to, at, at + control + 1);
      at += control + 1;
      continue;
    }
    let copied = control >> 5;
    if (copied === 7) copied += packed.readUInt8(at++);
    let from = to - ((control & 0x1f) << 8) - 1 - packed.readUInt8(at++);
    // What is copied may reach into what was just written.
    for (copied += 2; copied > 0; copied -= 1) found.writeUInt8(found.readUInt8(from++), to++);
  }
  if (to !== length) throw new RangeError('this is not all of it');
  return found;
}
