import { type Codec, readSchema } from './codec.ts';

/** A folder that a build may ask for. */
export interface SentFolder {
  root: string;
  /** What is sent of it: paths relative to the root, folders before what is in them, in the order of their bytes. */
  paths: readonly string[];
}

/** A signed 64-bit integer in halves: nanoseconds since 1970 do not fit into a number. */
export interface Halves {
  low: number;
  high: number;
}

export interface FileStat {
  /** Relative to the folder that is sent, with `/`. */
  path: string;
  /** As Go's `os.FileMode`. */
  mode: number;
  uid: number;
  gid: number;
  size: number;
  modTime: Halves;
  /** Of a symbolic link. */
  linkname: string;
}

export const packetTypes = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const;

export interface Packet {
  type: number;
  stat?: FileStat | null;
  ID?: number;
  data?: Uint8Array;
}

/** @see tonistiigi/fsutil `types/wire.proto`, `types/stat.proto` */
const schema = readSchema({
  nested: {
    Packet: {
      fields: {
        type: { type: 'int32', id: 1 },
        stat: { type: 'Stat', id: 2 },
        ID: { type: 'uint32', id: 3 },
        data: { type: 'bytes', id: 4 },
      },
    },
    Stat: {
      fields: {
        path: { type: 'string', id: 1 },
        mode: { type: 'uint32', id: 2 },
        uid: { type: 'uint32', id: 3 },
        gid: { type: 'uint32', id: 4 },
        size: { type: 'int64', id: 5 },
        modTime: { type: 'int64', id: 6 },
        linkname: { type: 'string', id: 7 },
      },
    },
  },
});

export const packet: Codec<Packet> = schema<Packet>('Packet');

/** A packet of a file's data up to the data itself, which comes last; the whole packet for none, which ends the file. */
export function dataHead(ID: number, length: number): Buffer {
  const head = packet.encode({ type: packetTypes.data, ID });
  return length === 0 ? head : Buffer.concat([head, Buffer.from([dataTag, ...varint(length)])]);
}

/** Of the field `data`: its id, and that its length follows. */
const dataTag = (4 << 3) | 2;

/** Seven bits in each byte, the lowest first. @see https://protobuf.dev/programming-guides/encoding/ */
function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
