import { createHash, type Hash } from 'node:crypto';
import type { Contents, Manifest } from './dump-tool.ts';

/** Reads the lines of a dump that hold no rows. */
export interface StructureMeasure {
  /** A line without its end. */
  line(text: Buffer): void;
  /** A part of a line that is too long to be taken at once. */
  part(bytes: Buffer): void;
  /** Call once, after the last line. */
  end(): Manifest;
}

interface StructureForm {
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

  function close(): void {
    if (!open) return;
    const kind = kinds.get(open.kind) ?? { count: 0, digest: Buffer.alloc(digestBytes) };
    const own = open.hash.digest();
    for (let at = 0; at < digestBytes; at += 1) kind.digest[at] = (kind.digest[at] ?? 0) ^ (own[at] ?? 0);
    kind.count += 1;
    kinds.set(open.kind, kind);
    open = undefined;
  }

  return {
    line(text) {
      const line = text.toString('latin1');
      const kind = kindOf(line);
      if (kind !== undefined) {
        close();
        if (kind !== false) open = { kind, hash: createHash('sha256') };
      }
      const kept = open && essence(line);
      if (kept !== undefined) open?.hash.update(kept).update('\n');
    },
    part: (bytes) => void open?.hash.update(bytes),
    end() {
      close();
      const contents = [...kinds].map(([kind, { count, digest }]): [string, Contents] => [
        kind,
        { rows: count, sha256: digest.toString('hex') },
      ]);
      return Object.fromEntries(contents);
    },
  };
}
