import type { Contents, Manifest, Measure } from '../dump-tool.ts';
import { emptyDigest, mix, rdbReader, type Reading } from './rdb-reader.ts';
import { mayLoseFields, readModule, readValue } from './rdb-values.ts';

const magic = 'REDIS';
const headBytes = 9;
const opcodes = {
  slot: 0xf4,
  functions: 0xf5,
  moduleData: 0xf7,
  idle: 0xf8,
  frequency: 0xf9,
  aux: 0xfa,
  resize: 0xfb,
  expiresMs: 0xfc,
  expires: 0xfd,
  select: 0xfe,
  end: 0xff,
} as const;

/** Since members count, not how they are packed. */
const form = 2;

interface Numbered {
  /** Keys, as they were counted; all of them, and those that may expire, as the snapshot states. */
  keys: number;
  stated: { rows: number; passing: number };
  passing: number;
  /** Of the keys that do not expire, in any order. */
  digest: Buffer;
  /** Whether every key has been read. */
  whole: boolean;
}

/**
 * Keys and digests of the numbered databases in a snapshot of Redis, and its functions. From a value that is not known,
 * e.g. of a newer Redis, nothing more is found; the number of keys in that database is what the snapshot states.
 */
export function measureRdb(): Measure {
  const reader = rdbReader();
  const databases = new Map<string, Numbered>();
  const functions = { rows: 0, digest: emptyDigest() };
  let isRdb = false;
  const reading = read();

  function* read(): Reading {
    isRdb = (yield* reader.take(headBytes)).toString('latin1', 0, magic.length) === magic;
    if (!isRdb) return;
    let open: Numbered | undefined;
    let passing = false;
    for (;;) {
      const opcode = (yield* reader.take(1))[0] ?? 0;
      if (opcode === opcodes.end) {
        if (open) open.whole = true;
        return;
      }
      if (opcode === opcodes.select) {
        if (open) open.whole = true;
        open = empty();
        databases.set(`db${(yield* reader.length()).value}`, open);
      } else if (opcode === opcodes.resize) {
        const [rows, expiring] = [(yield* reader.length()).value, (yield* reader.length()).value];
        if (open) open.stated = { rows, passing: expiring };
      } else if (opcode === opcodes.expiresMs || opcode === opcodes.expires) {
        yield* reader.take(opcode === opcodes.expires ? 4 : 8);
        passing = true;
      } else if (opcode === opcodes.functions) {
        mix(functions.digest, yield* reader.digest(reader.string));
        functions.rows += 1;
      } else if (opcode >= opcodes.slot) {
        if (!(yield* skip(opcode))) return;
      } else if (open) {
        if (!(yield* readKey(open, opcode, passing))) return;
        passing = false;
      } else return;
    }
  }

  /** What says nothing of the contents. @returns false when it is not known. */
  function* skip(opcode: number): Reading<boolean> {
    const { length, string, take } = reader;
    if (opcode === opcodes.aux) {
      yield* string();
      yield* string();
    } else if (opcode === opcodes.idle) yield* length();
    else if (opcode === opcodes.frequency) yield* take(1);
    else if (opcode === opcodes.slot) for (let left = 3; left > 0; left -= 1) yield* length();
    else if (opcode === opcodes.moduleData) {
      for (let left = 3; left > 0; left -= 1) yield* length();
      return yield* readModule(reader);
    } else return false;
    return true;
  }

  function* readKey(open: Numbered, type: number, expires: boolean): Reading<boolean> {
    let known = true;
    const digest = yield* reader.digest(function* () {
      yield* reader.string();
      known = yield* readValue(reader, type);
    });
    if (!known) return false;
    open.keys += 1;
    if (expires || mayLoseFields(type)) open.passing += 1;
    else mix(open.digest, digest);
    return true;
  }

  return {
    add(chunk) {
      reader.push(chunk);
      reading.next();
    },
    end() {
      if (!isRdb) throw new Error('this is not a Redis snapshot');
      return Object.fromEntries([...databases].map(([name, found]) => [name, contentsOf(found)]));
    },
    structure(): Manifest {
      if (functions.rows === 0) return {};
      return { functions: { rows: functions.rows, sha256: functions.digest.toString('hex') } };
    },
  };
}

function empty(): Numbered {
  return { keys: 0, stated: { rows: 0, passing: 0 }, passing: 0, digest: emptyDigest(), whole: false };
}

function contentsOf({ digest, keys, passing, stated, whole }: Numbered): Contents {
  return whole ? { rows: keys, passing, sha256: digest.toString('hex'), form } : stated;
}
