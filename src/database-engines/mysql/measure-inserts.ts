import { createHash, type Hash } from 'node:crypto';
import type { Manifest, Measure } from '../dump-tool.ts';

const [newline, quote, backslash, closing, semicolon] = [10, 39, 92, 41, 59];
/** Longest line start to inspect, since table names are short. */
const maxHead = 512;

/**
 * Rows and digests of the tables in a dump of MySQL or MariaDB: ``INSERT INTO `orders` VALUES (1,'a'),(2,'b');``. Every
 * `)` outside of a string ends a row.
 */
export function measureInserts(): Measure {
  const tables = new Map<string, { rows: number; hash: Hash }>();
  let head = '';
  let atHead = true;
  let table: { rows: number; hash: Hash } | undefined;
  let quoted = false;
  let escaped = false;

  /** @returns where the statement ends, or the chunk's length. */
  function values(open: NonNullable<typeof table>, chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (quoted) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) quoted = false;
      } else if (byte === quote) quoted = true;
      else if (byte === closing) open.rows += 1;
      else if (byte === semicolon) {
        open.hash.update(chunk.subarray(from, at));
        table = undefined;
        atHead = false;
        return at + 1;
      }
    }
    open.hash.update(chunk.subarray(from));
    return chunk.length;
  }

  function lines(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === newline) {
        head = '';
        atHead = true;
      } else if (atHead) {
        head += String.fromCharCode(byte ?? 0);
        if (head.length > maxHead) atHead = false;
        else if (head.endsWith(' VALUES')) {
          const name = /^INSERT INTO `((?:[^`]|``)+)` (?:\(.*\) )?VALUES$/.exec(head)?.[1];
          if (name === undefined) continue;
          table = tables.get(name) ?? { rows: 0, hash: createHash('sha256') };
          tables.set(name, table);
          head = '';
          return at + 1;
        }
      }
    }
    return chunk.length;
  }

  return {
    add(chunk) {
      for (let at = 0; at < chunk.length;) at = table ? values(table, chunk, at) : lines(chunk, at);
    },
    end() {
      const found: Manifest = {};
      for (const [name, { rows, hash }] of tables) {
        const utf8 = Buffer.from(name, 'latin1').toString('utf8').replaceAll('``', '`');
        found[utf8] = { rows, sha256: hash.digest('hex') };
      }
      return found;
    },
  };
}
