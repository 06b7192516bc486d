import { createHash } from 'node:crypto';
import type { Manifest, Measure } from '../dump-tool.ts';

const magic = 0x8199e26d;
const terminator = 0xffffffff;
const digestBytes = 32;
/** Of one BSON document, bytes; MongoDB itself stops at 16 MiB. */
const maxDocument = 64 * 1024 * 1024;

/**
 * Documents and digests of the collections in an archive of mongodump: a magic number, a prelude of documents that
 * describe the archive, then blocks of a header that names the collection and documents of it; each part ends with a
 * terminator. The digest does not depend on the order of the documents.
 * @see https://github.com/mongodb/mongo-tools/blob/master/common/archive/archive.go
 */
export function measureArchive(): Measure {
  const collections = new Map<string, { rows: number; digest: Buffer }>();
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let needed = 4;
  let state: 'magic' | 'prelude' | 'header' | 'documents' = 'magic';
  let open: { rows: number; digest: Buffer } | undefined;

  /** @returns how many bytes it has taken; 0 when it needs more. */
  function take(bytes: Buffer): number {
    const length = bytes.readUInt32LE(0);
    if (state === 'magic') {
      if (length !== magic) throw new Error('this is not a mongodump archive');
      state = 'prelude';
      return 4;
    }
    if (length === terminator) {
      state = 'header';
      open = undefined;
      return 4;
    }
    if (length < 5 || length > maxDocument) throw new Error('the mongodump archive is damaged');
    if (bytes.length < length) {
      needed = length;
      return 0;
    }
    document(bytes.subarray(0, length));
    return length;
  }

  function document(bson: Buffer): void {
    if (state === 'documents' && open) {
      open.rows += 1;
      const digest = createHash('sha256').update(bson).digest();
      for (let at = 0; at < digestBytes; at += 1) open.digest[at] = (open.digest[at] ?? 0) ^ (digest[at] ?? 0);
    } else if (state === 'header') {
      const fields = stringsOf(bson);
      const name = `${fields.get('db') ?? ''}.${fields.get('collection') ?? ''}`;
      open = collections.get(name) ?? { rows: 0, digest: Buffer.alloc(digestBytes) };
      collections.set(name, open);
      state = 'documents';
    }
  }

  return {
    add(chunk) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes < needed) return;
      let rest = pending.length === 1 ? chunk : Buffer.concat(pending);
      for (needed = 4; rest.length >= needed;) {
        const taken = take(rest);
        if (taken === 0) break;
        rest = rest.subarray(taken);
        needed = 4;
      }
      pending = rest.length > 0 ? [rest] : [];
      pendingBytes = rest.length;
    },
    end() {
      const found: Manifest = {};
      for (const [name, { rows, digest }] of collections) found[name] = { rows, sha256: digest.toString('hex') };
      return found;
    },
  };
}

/** The strings at the top of a namespace header: `db`, `collection`, then `EOF` (boolean) and `CRC` (64 bits). */
function stringsOf(bson: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = 4; at < bson.length - 1;) {
    const kind = bson[at];
    const nameEnd = bson.indexOf(0, at + 1);
    const name = bson.toString('utf8', at + 1, nameEnd);
    at = nameEnd + 1;
    if (kind === 0x02) {
      const length = bson.readInt32LE(at);
      fields.set(name, bson.toString('utf8', at + 4, at + 3 + length));
      at += 4 + length;
    } else if (kind === 0x08) at += 1;
    else if (kind === 0x10) at += 4;
    else if (kind === 0x12) at += 8;
    else break;
  }
  return fields;
}
