import type { End } from '../gateway/opening.ts';

/** One packet of the client/server protocol. @see https://mariadb.com/kb/en/0-packet/ */
export interface Packet {
  /** Its number in the exchange, 0 to 255. */
  sequence: number;
  payload: Buffer;
}

/** Longest packet of a sign-in, bytes; the protocol itself allows 16 MiB. */
const longest = 64 * 1024;

/** @throws when it is longer than any packet of a sign-in. */
export async function readPacket(end: End): Promise<Packet> {
  const head = await end.read(4);
  const length = head.readUIntLE(0, 3);
  if (length > longest) throw new Error(`it sent a packet of ${length} bytes while signing in`);
  // Empty is what a client without a password answers with.
  return { sequence: head.readUInt8(3), payload: length === 0 ? Buffer.alloc(0) : await end.read(length) };
}

export function writePacket(end: End, { payload, sequence }: Packet): void {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head.writeUInt8(sequence & 0xff, 3);
  end.write(Buffer.concat([head, payload]));
}
