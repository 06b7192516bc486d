import { createHash, type Hash } from 'node:crypto';
import type { Manifest, Measure } from '../dump-tool.ts';
import { measureStructure } from '../measure-structure.ts';
import { structureForm } from './structure-form.ts';

const [newline, quote, backslash, closing, semicolon] = [10, 39, 92, 41, 59];
const insertMark = Buffer.from('INSERT INTO `');
const valuesMark = Buffer.from(' VALUES');
/** Longest beginning of an `INSERT`, which may list 4,096 columns of 64 characters, bytes. */
const maxHead = 1_100_000;
/** A name that holds ` VALUES` looks like the end of the beginning: how often that is put up with. */
const maxMarks = 16;

interface Table {
  rows: number;
  hash: Hash;
}

/**
 * Rows and digests of the tables in a dump of MySQL or MariaDB: ``INSERT INTO `orders` VALUES (1,'a'),(2,'b');``. Every
 * `)` outside of a string ends a row.
 */
export function measureInserts(): Measure {
  const tables = new Map<string, Table>();
  const structure = measureStructure(structureForm());
  /** The beginning of a line that may insert rows; undefined once it cannot. */
  let head: Buffer | undefined = Buffer.alloc(0);
  let table: Table | undefined;
  let quoted = false;
  let escaped = false;

  /** @returns where the statement ends, or the chunk's length. */
  function values(open: Table, chunk: Buffer, from: number): number {
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
        return at + 1;
      }
    }
    open.hash.update(chunk.subarray(from));
    return chunk.length;
  }

  /** @returns where the next line or a table's data begin, or the chunk's length. */
  function outside(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(newline, from);
    const rest = chunk.subarray(from, end < 0 ? chunk.length : end);
    if (head) {
      const before = head.length;
      head = Buffer.concat([head, rest]);
      const data = dataOf(head.subarray(0, maxHead));
      if (data) {
        table = tables.get(data.name) ?? { rows: 0, hash: createHash('sha256') };
        tables.set(data.name, table);
        head = Buffer.alloc(0);
        return from + data.at - before;
      }
      if (end < 0 && mayInsert(head) && head.length <= maxHead) return chunk.length;
      structure.add(head);
      head = undefined;
    } else structure.add(rest);
    if (end < 0) return chunk.length;
    structure.endLine();
    head = Buffer.alloc(0);
    return end + 1;
  }

  return {
    add(chunk) {
      for (let at = 0; at < chunk.length;) at = table ? values(table, chunk, at) : outside(chunk, at);
    },
    end() {
      if (head) structure.add(head);
      const found: Manifest = {};
      for (const [name, { rows, hash }] of tables) found[name] = { rows, sha256: hash.digest('hex') };
      return found;
    },
    structure: () => structure.end(),
  };
}

function mayInsert(line: Buffer): boolean {
  const length = Math.min(line.length, insertMark.length);
  return line.subarray(0, length).equals(insertMark.subarray(0, length));
}

/** The table that a line inserts into, and where its rows begin. */
function dataOf(line: Buffer): { name: string; at: number } | undefined {
  if (line.length < insertMark.length || !mayInsert(line)) return undefined;
  let at = 0;
  for (let marks = 0; marks < maxMarks; marks += 1) {
    at = line.indexOf(valuesMark, at) + valuesMark.length;
    if (at < valuesMark.length) return undefined;
    const head = line.toString('utf8', 0, at);
    const name = /^INSERT INTO `((?:[^`]|``)+)` (?:\([^]*\) )?VALUES$/.exec(head)?.[1];
    if (name !== undefined) return { name: name.replaceAll('``', '`'), at };
  }
  return undefined;
}
