import { intsetEntries, listpackEntries } from './rdb-packed.ts';
import type { RdbReader, Reading } from './rdb-reader.ts';

/** Values that are one string, most of them lists packed into it. */
const strings = new Set([0, 9, 10, 12, 13]);
const [packedNumbers, packedHash, packedSortedSet, packedSet] = [11, 16, 17, 20];
const [list, set, oldSortedSet, hash, sortedSet, module, quicklist, quicklist2] = [1, 2, 3, 4, 5, 7, 14, 18];
/** Type → version. */
const streams = new Map([
  [15, 1],
  [19, 2],
  [21, 3],
]);
/** Hashes of which single fields may expire. */
const [expiringHash, expiringPackedHash] = [24, 25];
const moduleCodes = { end: 0, signed: 1, unsigned: 2, float: 3, double: 4, string: 5 } as const;

export function mayLoseFields(type: number): boolean {
  return type === expiringHash || type === expiringPackedHash;
}

/**
 * Reads over the value of a key. Sets and hashes are written in any order, and a small one is packed into one string. One
 * that was large and became small is packed only when a server reads it from a snapshot: so its members count alone.
 * @returns false for a type that is not known, whose end cannot be found.
 * @see https://github.com/redis/redis/blob/unstable/src/rdb.h
 */
export function* readValue(reader: RdbReader, type: number): Reading<boolean> {
  const { length, plainString, string, take, unordered } = reader;
  function* times(read: () => Reading): Reading {
    for (let left = (yield* length()).value; left > 0; left -= 1) yield* read();
  }
  /** How many members there are, which they tell themselves. */
  function* count(): Reading<number> {
    return (yield* reader.uncounted(length)).value;
  }
  function* pair(): Reading {
    yield* string();
    yield* string();
  }
  function* plainPair(): Reading {
    yield* plainString();
    yield* plainString();
  }
  function* scored(): Reading {
    yield* plainString();
    reader.note(score((yield* reader.uncounted(() => take(8))).readDoubleLE(0)));
  }
  const version = streams.get(type);
  if (strings.has(type)) yield* string();
  else if (type === list || type === quicklist) yield* times(string);
  else if (type === set) yield* unordered(yield* count(), plainString);
  else if (type === hash) yield* unordered(yield* count(), plainPair);
  else if (type === sortedSet) yield* unordered(yield* count(), scored);
  else if (type === packedNumbers || type === packedHash || type === packedSortedSet || type === packedSet) {
    yield* readPacked(reader, type);
  } else if (type === oldSortedSet) {
    yield* times(function* () {
      yield* string();
      yield* textNumber(reader);
    });
  } else if (type === quicklist2) {
    yield* times(function* () {
      yield* length();
      yield* string();
    });
  } else if (type === expiringHash) {
    yield* take(8);
    yield* times(function* () {
      yield* length();
      yield* pair();
    });
  } else if (type === expiringPackedHash) {
    yield* take(8);
    yield* string();
  } else if (version !== undefined) yield* readStream(reader, version);
  else if (type === module) {
    yield* length();
    return yield* readModule(reader);
  } else return false;
  return true;
}

/** The members of a set, hash or sorted set that is packed into one string, as if it were not. */
function* readPacked(reader: RdbReader, type: number): Reading {
  const pack = yield* reader.packed();
  if (!pack) return;
  const entries = entriesOf(type, pack);
  if (!entries) return reader.note(pack);
  const step = type === packedHash || type === packedSortedSet ? 2 : 1;
  let at = 0;
  yield* reader.unordered(entries.length / step, () => {
    const [member, value] = entries.slice(at, (at += step));
    if (member) reader.note(member);
    if (value) reader.note(type === packedSortedSet ? score(numberOf(value)) : value);
  });
}

/** Undefined for a form that is not known: a backup does not fail for what cannot be compared. */
function entriesOf(type: number, pack: Buffer): Buffer[] | undefined {
  try {
    return type === packedNumbers ? intsetEntries(pack) : listpackEntries(pack);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function numberOf(text: Buffer): number {
  const written = text.toString('latin1');
  return written.endsWith('inf') ? Number(`${written}inity`.replace('inf', 'Inf')) : Number(written);
}

/** One that is packed has no sign for 0. */
function score(of: number): Buffer {
  const found = Buffer.alloc(8);
  found.writeDoubleLE(of === 0 ? 0 : of);
  return found;
}

/** A number as text, of which some values have no digits. */
function* textNumber({ take }: RdbReader): Reading {
  const size = (yield* take(1))[0] ?? 0;
  if (size < 253) yield* take(size);
}

/** Marks before each part tell its form. @returns false for one that is not known. */
export function* readModule({ length, string, take }: RdbReader): Reading<boolean> {
  for (;;) {
    const { value } = yield* length();
    if (value === moduleCodes.end) return true;
    if (value === moduleCodes.signed || value === moduleCodes.unsigned) yield* length();
    else if (value === moduleCodes.float) yield* take(4);
    else if (value === moduleCodes.double) yield* take(8);
    else if (value === moduleCodes.string) yield* string();
    else return false;
  }
}

function* readStream({ length, string, take }: RdbReader, version: number): Reading {
  for (let nodes = (yield* length()).value; nodes > 0; nodes -= 1) {
    yield* string();
    yield* string();
  }
  const numbers = version >= 2 ? 8 : 3;
  for (let left = numbers; left > 0; left -= 1) yield* length();
  for (let groups = (yield* length()).value; groups > 0; groups -= 1) {
    yield* string();
    for (let left = version >= 2 ? 3 : 2; left > 0; left -= 1) yield* length();
    for (let pending = (yield* length()).value; pending > 0; pending -= 1) {
      yield* take(24);
      yield* length();
    }
    for (let consumers = (yield* length()).value; consumers > 0; consumers -= 1) {
      yield* string();
      yield* take(version >= 3 ? 16 : 8);
      for (let pending = (yield* length()).value; pending > 0; pending -= 1) yield* take(16);
    }
  }
}
