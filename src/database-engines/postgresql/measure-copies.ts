import { createHash, type Hash } from 'node:crypto';
import type { Manifest, Measure } from '../dump-tool.ts';
import { measureStructure } from '../measure-structure.ts';
import { structureForm } from './structure-form.ts';

const newline = 10;

interface Table {
  name: string;
  /** -1 until its data begin. */
  rows: number;
  hash: Hash;
  /** What may be the beginning of the last line. */
  held: Buffer;
}

/**
 * Rows and digests of the tables in a plain dump of PostgreSQL: `COPY public.orders (…) FROM stdin;`, one line per
 * row, `\.`.
 */
export function measureCopies(): Measure {
  const tables: Manifest = {};
  const structure = measureStructure(structureForm);
  let table: Table | undefined;

  function inside(open: Table, chunk: Buffer): Buffer {
    const pending = open.held.length > 0 ? Buffer.concat([open.held, chunk]) : chunk;
    const end = pending.indexOf(last);
    const known = end >= 0 ? end + 1 : pending.length - beginningOfLast(pending);
    // The line break before the first row is COPY's own.
    const rows = pending.subarray(Math.min(open.rows < 0 ? 1 : 0, known), known);
    if (known > 0) open.rows = Math.max(open.rows, 0) + linesIn(rows);
    open.hash.update(rows);
    open.held = pending.subarray(known);
    if (end < 0) return Buffer.alloc(0);
    tables[open.name] = { rows: open.rows, sha256: open.hash.digest('hex') };
    table = undefined;
    return pending.subarray(end + last.length);
  }

  function outside(chunk: Buffer): Buffer {
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(newline, at);
      structure.add(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) return Buffer.alloc(0);
      const line = structure.endLine();
      const name = line && tableOf(line);
      at = end + 1;
      if (name === undefined) continue;
      table = { name, rows: -1, hash: createHash('sha256'), held: chunk.subarray(end, at) };
      return chunk.subarray(at);
    }
  }

  return {
    add(chunk) {
      for (let rest = chunk; rest.length > 0;) rest = table ? inside(table, rest) : outside(rest);
    },
    end: () => tables,
    structure: () => structure.end(),
  };
}

const begin = Buffer.from('COPY ');

/** The table whose rows follow such a line. */
export function tableOf(text: Buffer): string | undefined {
  if (!text.subarray(0, begin.length).equals(begin)) return undefined;
  return /^COPY (.+?) (?:\(.*\) )?FROM stdin;$/s.exec(text.toString('utf8'))?.[1];
}

const last = Buffer.from('\n\\.\n');

/** Length of the end of `rows` with which the last line may begin. */
function beginningOfLast(rows: Buffer): number {
  for (let length = Math.min(last.length - 1, rows.length); length > 0; length -= 1) {
    if (rows.subarray(-length).equals(last.subarray(0, length))) return length;
  }
  return 0;
}

function linesIn(rows: Buffer): number {
  let count = 0;
  for (let at = rows.indexOf(newline); at >= 0; at = rows.indexOf(newline, at + 1)) count += 1;
  return count;
}
