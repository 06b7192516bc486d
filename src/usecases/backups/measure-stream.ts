import { createHash } from 'node:crypto';
import type { DumpTool, Manifest } from '../../database-engines/dump-tool.ts';

export interface Measured {
  bytes: number;
  sha256: string;
  manifest: Manifest | undefined;
  structure: Manifest | undefined;
  /** What packing made of it. */
  packedAs?: { bytes: number; sha256: string };
  /** Of a dump that was packed as a whole: where its frames end, for the differences of later ones. */
  marks?: Uint8Array | undefined;
}

export interface MeasuredStream extends AsyncIterable<Buffer> {
  /** Bytes so far. */
  readonly bytes: number;
  /** Available once the stream has been read to its end. */
  result(): Measured;
}

/** Longest trailer that a tool writes after a dump, bytes. */
const tailBytes = 64;

/** Passes a stream through and measures it; with a `tool`, measures the contents of the dump too. */
export function measureStream(source: AsyncIterable<Buffer>, tool?: DumpTool): MeasuredStream {
  const hash = createHash('sha256');
  const measure = tool?.measure();
  let bytes = 0;
  let manifest: Manifest | undefined;
  let structure: Manifest | undefined;

  function pass(chunk: Buffer): Buffer {
    hash.update(chunk);
    measure?.add(chunk);
    bytes += chunk.length;
    return chunk;
  }

  return {
    get bytes() {
      return bytes;
    },
    result: () => ({ bytes, sha256: hash.copy().digest('hex'), manifest, structure }),
    async *[Symbol.asyncIterator]() {
      if (tool?.surplus) for await (const chunk of withoutSurplus(source, tool)) yield pass(chunk);
      else for await (const chunk of source) yield pass(chunk);
      manifest = measure?.end();
      structure = measure?.structure?.();
    },
  };
}

async function* withoutSurplus(source: AsyncIterable<Buffer>, tool: DumpTool): AsyncIterable<Buffer> {
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const both = Buffer.concat([tail, chunk]);
    const known = Math.max(0, both.length - tailBytes);
    if (known > 0) yield both.subarray(0, known);
    tail = both.subarray(known);
  }
  const end = tail.subarray(0, tail.length - (tool.surplus?.(tail) ?? 0));
  if (end.length > 0) yield end;
}
