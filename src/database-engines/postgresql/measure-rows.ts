import { createHash, hash, type Hash } from 'node:crypto';
import type { Manifest, Measure } from '../dump-tool.ts';
import { tableOf } from './measure-copies.ts';

const newline = 10;
const lanes = 4;
/** Longest beginning of a line that is kept to know what the line is, bytes: `COPY` with all columns of a wide table. */
const mostKept = 256 * 1024;

interface Rows {
  name: string;
  rows: number;
  /** Sums of the digests of the rows, modulo 2 ** 64. */
  sums: bigint[];
}

/** A line that is not whole yet. */
interface Line {
  hash: Hash;
  bytes: number;
  kept: Buffer[];
}

/**
 * The same as `measureCopies`, with digests of the rows in any order. A restored table may have its rows in another one:
 * `COPY` puts a short row where an earlier page has room for it. Each row is digested by itself, which takes three
 * times as long for rows of 1 kB, and eighteen times for rows of 100 bytes.
 */
export function measureRows(): Measure {
  const tables: Manifest = {};
  let table: Rows | undefined;
  let open: Line | undefined;

  function endLine(bytes: number, text: () => Buffer, digest: () => Buffer): void {
    if (!table) {
      const name = bytes <= mostKept ? tableOf(text()) : undefined;
      if (name !== undefined) table = { name, rows: 0, sums: Array.from({ length: lanes }, () => 0n) };
      return;
    }
    if (bytes === 2 && text().equals(end)) {
      tables[table.name] = { rows: table.rows, sha256: table.sums.map((sum) => sum.toString(16)).join('-') };
      table = undefined;
      return;
    }
    const row = digest();
    table.sums = table.sums.map((sum, lane) => BigInt.asUintN(64, sum + row.readBigUInt64LE(lane * 8)));
    table.rows += 1;
  }

  function addPart(part: Buffer): Line {
    const line = open ?? { hash: createHash('sha256'), bytes: 0, kept: [] };
    line.hash.update(part);
    // The chunk's memory may be another one's by the time the line ends.
    if (line.bytes + part.length <= mostKept) line.kept.push(Buffer.from(part));
    line.bytes += part.length;
    return line;
  }

  return {
    add(chunk) {
      for (let at = 0; at < chunk.length;) {
        const found = chunk.indexOf(newline, at);
        const part = chunk.subarray(at, found < 0 ? chunk.length : found);
        if (found < 0) {
          open = addPart(part);
          return;
        }
        if (open) {
          const { bytes, hash: digested, kept } = addPart(part);
          endLine(
            bytes,
            () => Buffer.concat(kept),
            () => digested.digest(),
          );
          open = undefined;
        } else {
          endLine(
            part.length,
            () => part,
            () => hash('sha256', part, 'buffer'),
          );
        }
        at = found + 1;
      }
    },
    end: () => tables,
  };
}

const end = Buffer.from('\\.');
