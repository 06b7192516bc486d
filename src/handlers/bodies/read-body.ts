import type { IncomingMessage } from 'node:http';
import { inlineBytes } from '../../git-hosts/delivery-reader.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatSize } from '../../units/sizes.ts';
import { BodyRefusedError } from './body-refused-error.ts';

export interface BodyLimits {
  mostBytes: number;
  /** From now until the last byte, milliseconds. */
  arriveMs: number;
}

/** What the sender says the body has, in bytes; undefined when it says nothing. */
export function declaredBytes({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/**
 * Refuses by the headers alone: a body that is too large, or compressed, since a few kilobytes may stand for gigabytes.
 * @throws {BodyRefusedError}
 */
export function checkHeaders({ headers }: Pick<IncomingMessage, 'headers'>, mostBytes: number): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new BodyRefusedError(415, 'The body is compressed. Send it as it is, without a Content-Encoding.');
  }
  if ((declaredBytes({ headers }) ?? 0) > mostBytes) throw tooLarge(mostBytes);
}

/**
 * The bytes of the body as they come.
 * @param take Called before each piece is kept, with the bytes so far; may throw.
 * @throws {BodyRefusedError} when it is too large, too slow, or cut off.
 */
export async function readBody(
  request: IncomingMessage,
  { arriveMs, mostBytes }: BodyLimits,
  take: (bytes: number) => void = () => undefined,
): Promise<Buffer> {
  const { promise, reject, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => reject(tooSlow(arriveMs)), arriveMs);
  const keep = (chunk: Buffer) => {
    size += chunk.length;
    try {
      if (size > mostBytes) throw tooLarge(mostBytes);
      take(size);
      chunks.push(chunk);
    } catch (error) {
      reject(error);
    }
  };
  const cut = () => reject(new BodyRefusedError(400, 'The body was cut off.'));
  const end = () => {
    request.off('close', cut);
    resolve(wholeOf(chunks, size));
  };
  request.on('data', keep).once('end', end).once('close', cut).once('error', cut);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    request.off('data', keep).off('end', end).off('close', cut);
    // What still comes is thrown away, so that the sender gets to read the answer.
    request.resume();
  }
}

/** Larger bodies are in shared memory, so that threads read them without a copy. */
function wholeOf(chunks: readonly Buffer[], size: number): Buffer {
  if (size <= inlineBytes) return Buffer.concat(chunks, size);
  const whole = Buffer.from(new SharedArrayBuffer(size));
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(whole, at);
  return whole;
}

function tooLarge(mostBytes: number): BodyRefusedError {
  return new BodyRefusedError(413, `The body is larger than ${formatSize(mostBytes)}.`);
}

function tooSlow(arriveMs: number): BodyRefusedError {
  return new BodyRefusedError(408, `The body did not arrive within ${formatDuration(arriveMs)}.`);
}
