import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';

/** The least that S3 takes is 5 MiB; at most 10,000 of them are an object. */
const partBytes = 16 * 1024 ** 2;

interface NewObject {
  Bucket: string;
  Key: string;
  body: Readable;
  signal?: AbortSignal | undefined;
  /** How long S3 may take to say what became of the object after a stop, milliseconds. */
  takeBackMs: number;
}

type Command = Parameters<S3Client['send']>[0];

/**
 * Uploads an object of unknown length. When `body` or a request fails, or `signal` aborts, it rejects only after S3 has
 * taken back the parts that it had, or has not answered for `takeBackMs`. An object that was whole by then stays: it resolves.
 */
export async function uploadToS3(client: S3Client, object: NewObject): Promise<void> {
  const { Bucket, Key, body, signal, takeBackMs } = object;
  const { Upload } = await import('@aws-sdk/lib-storage');
  const stopping = new AbortController();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (reason: unknown) => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => late.abort(reason), takeBackMs);
    stopping.abort(reason);
  };
  const abort = () => stop(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  // Ends at a stop, also while `body` waits for a source that does not answer.
  const read = new PassThrough();
  pipeline(body, read, { signal: stopping.signal }).catch(stop);
  const send = async (command: Command) => {
    // A part is of no use any more; the other answers say which upload there is, and whether it is an object.
    const abortSignal = ('PartNumber' in command.input ? stopping : late).signal;
    try {
      return await client.send(command, { abortSignal });
    } catch (error) {
      stop(error);
      throw error;
    }
  };
  const sender = Object.assign(Object.create(client) as S3Client, { send });
  try {
    // Without its own abort, which rejects before the parts are taken back; a failure rejects after that.
    const params = { Bucket, Key, Body: read };
    await new Upload({ client: sender, params, partSize: partBytes, queueSize: 2 }).done();
  } catch (error) {
    stop(error);
    throw stopping.signal.reason;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
