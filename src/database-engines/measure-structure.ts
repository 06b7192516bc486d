import { createHash, type Hash } from 'node:crypto';
import type { Contents, Manifest } from './dump-tool.ts';

/** Longest line to take at once, bytes; of longer ones only the bytes count. */
const maxLine = 64 * 1024;

/** Reads the lines of a dump that hold no rows. */
export interface StructureMeasure {
  /** The next part of a line, without its end. */
  add(part: Buffer): void;
  /** @returns the line that ends here; undefined for one that was too long to be kept. */
  endLine(): Buffer | undefined;
  /** Call once, after the last line. */
  end(): Manifest;
}

export interface StructureForm {
  /** Of a line that begins a definition: its kind, e.g. `views`, or false when what follows is none. */
  kindOf(line: string): string | false | undefined;
  /** Of a line within a definition: what of it is the same after a restore, or undefined to leave it out. */
  essence(line: string): string | undefined;
}

const digestBytes = 32;

/**
 * How many objects of each kind a dump defines, and a digest of their definitions. The digests of single definitions are
 * combined with XOR, since a restored database may be dumped in another order.
 */
export function measureStructure({ essence, kindOf }: StructureForm): StructureMeasure {
  const kinds = new Map<string, { count: number; digest: Buffer }>();
  let open: { kind: string; hash: Hash } | undefined;
  let parts: Buffer[] = [];
  let length = 0;

  function close(): void {
    if (!open) return;
    const kind = kinds.get(open.kind) ?? { count: 0, digest: Buffer.alloc(digestBytes) };
    const own = open.hash.digest();
    for (let at = 0; at < digestBytes; at += 1) kind.digest[at] = (kind.digest[at] ?? 0) ^ (own[at] ?? 0);
    kind.count += 1;
    kinds.set(open.kind, kind);
    open = undefined;
  }

  function take(line: string): void {
    const kind = kindOf(line);
    if (kind !== undefined) {
      close();
      if (kind !== false) open = { kind, hash: createHash('sha256') };
    }
    const kept = open && essence(line);
    if (kept !== undefined) open?.hash.update(kept).update('\n');
  }

  function endLine(): Buffer | undefined {
    const text = length > maxLine ? undefined : Buffer.concat(parts);
    if (text) take(text.toString('latin1'));
    parts = [];
    length = 0;
    return text;
  }

  return {
    add(part) {
      parts.push(part);
      length += part.length;
      if (length > maxLine) for (const one of parts.splice(0)) open?.hash.update(one);
    },
    endLine,
    end() {
      endLine();
      close();
      const contents = [...kinds].map(([kind, { count, digest }]): [string, Contents] => [
        kind,
        { rows: count, sha256: digest.toString('hex') },
      ]);
      return Object.fromEntries(contents);
    },
  };
}
