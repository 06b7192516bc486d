import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { frameReader } from '../output-frames.ts';

/** Limit of standard error that is kept, characters. */
const maxComplaint = 4_000;

/**
 * Streams a program's standard output with backpressure; returns the end of its standard error.
 */
export async function* standardOutput(stream: Readable): AsyncGenerator<Buffer, string> {
  const read = frameReader();
  const decoder = new StringDecoder('utf8');
  let complaint = '';
  let isCut = false;
  for await (const chunk of stream) {
    for (const { to, bytes } of read(chunk as Buffer)) {
      if (to === 'output') yield bytes;
      else {
        const all = complaint + decoder.write(bytes);
        isCut ||= all.length > maxComplaint;
        complaint = all.slice(-maxComplaint);
      }
    }
  }
  // Half a secret at the beginning would not be known for one.
  return (isCut ? fromNextLine(complaint) : complaint).trim();
}

/** Or, in one long line, from the next word. */
function fromNextLine(text: string): string {
  const next = text.indexOf('\n') === -1 ? text.search(/\s/) : text.indexOf('\n');
  return next === -1 ? '' : text.slice(next + 1);
}
