import type { RdbReader, Reading } from './rdb-reader.ts';

/** Values that are one string, most of them lists packed into it. */
const strings = new Set([0, 9, 10, 11, 12, 13, 16, 17, 20]);
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
 * Reads over the value of a key. Sets and hashes are written in any order.
 * @returns false for a type that is not known, whose end cannot be found.
 * @see https://github.com/redis/redis/blob/unstable/src/rdb.h
 */
export function* readValue(reader: RdbReader, type: number): Reading<boolean> {
  const { length, string, take, unordered } = reader;
  function* times(read: () => Reading): Reading {
    for (let left = (yield* length()).value; left > 0; left -= 1) yield* read();
  }
  function* pair(): Reading {
    yield* string();
    yield* string();
  }
  const version = streams.get(type);
  if (strings.has(type)) yield* string();
  else if (type === list || type === quicklist) yield* times(string);
  else if (type === set) yield* unordered((yield* length()).value, string);
  else if (type === hash) yield* unordered((yield* length()).value, pair);
  else if (type === oldSortedSet || type === sortedSet) {
    yield* times(function* () {
      yield* string();
      if (type === sortedSet) yield* take(8);
      else yield* textNumber(reader);
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
