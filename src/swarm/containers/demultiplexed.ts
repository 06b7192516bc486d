import type { Readable } from 'node:stream';

/** Kind of stream, three bytes of nothing, length of what follows. */
const headerBytes = 8;
const standardError = 2;
/** Kept of standard error, characters. */
const maxComplaint = 4_000;

/**
 * Standard output of a program, out of the stream that the Engine mixes it into with standard error, whose end is
 * returned. Reads no faster than it is read.
 * @see https://docs.docker.com/reference/api/engine/ (ContainerAttach, stream format)
 */
export async function* demultiplexed(stream: Readable): AsyncGenerator<Buffer, string> {
  let rest: Buffer = Buffer.alloc(0);
  let kind = 0;
  let left = 0;
  let complaint = '';
  for await (const chunk of stream) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    while (rest.length > 0) {
      if (left === 0) {
        if (rest.length < headerBytes) break;
        kind = rest[0] ?? 0;
        left = rest.readUInt32BE(4);
        rest = rest.subarray(headerBytes);
        continue;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      if (kind === standardError) complaint = (complaint + part.toString('utf8')).slice(-maxComplaint);
      else yield part;
    }
  }
  return complaint.trim();
}
