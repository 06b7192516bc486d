import type { Readable } from 'node:stream';
import { frameReader } from '../output-frames.ts';

/** Kept of standard error, characters. */
const maxComplaint = 4_000;

/**
 * What a program prints to its standard output; returns the end of what it printed to standard error. Reads no faster
 * than it is read.
 */
export async function* standardOutput(stream: Readable): AsyncGenerator<Buffer, string> {
  const read = frameReader();
  let complaint = '';
  for await (const chunk of stream) {
    for (const { to, bytes } of read(chunk as Buffer)) {
      if (to === 'error') complaint = (complaint + bytes.toString('utf8')).slice(-maxComplaint);
      else yield bytes;
    }
  }
  return complaint.trim();
}
