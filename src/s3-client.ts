import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { readWithin } from './bounded-answer.ts';
import type { S3Config } from './config.ts';
import { formatDuration } from './units/durations.ts';

/** A list of 1,000 objects whose names have 1,024 characters, which XML may write six times as long, bytes. */
const maxAnswer = 8 * 1024 ** 2;

export interface S3Limits {
  /** A connection may be silent for so long, milliseconds (default two minutes: a large upload is put together). */
  idleMs?: number;
  /** Reading one answer may take so long, milliseconds (default one minute); objects take as long as they are read. */
  answerMs?: number;
}

/** A client whose answers end. The SDK weighs more than all of Shipmate: it is loaded at the first use. */
export async function openS3(
  { endpoint, region, accessKeyId, secretAccessKey }: S3Config,
  { idleMs = 120_000, answerMs = 60_000 }: S3Limits = {},
): Promise<S3Client> {
  const { S3Client: Client } = await import('@aws-sdk/client-s3');
  const client = new Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Others than Amazon seldom have a host name per bucket, nor take the newer checksums.
    ...(endpoint && { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 10_000, socketTimeout: idleMs },
  });
  client.middlewareStack.add(boundedBy(answerMs), { step: 'deserialize', priority: 'low', name: 'wholeAnswer' });
  return client;
}

/** Reads every answer but an object, which is read by whoever wants it. */
function boundedBy(answerMs: number) {
  return <Request, Result extends { response: unknown }>(
      next: (request: Request) => Promise<Result>,
      { commandName }: { commandName?: string },
    ) =>
    async (request: Request): Promise<Result> => {
      const result = await next(request);
      const response = result.response as { body?: unknown; statusCode: number };
      const isObject = commandName === 'GetObjectCommand' && response.statusCode < 300;
      if (!isObject && response.body instanceof Readable) response.body = await whole(response.body, answerMs);
      return result;
    };
}

async function whole(body: Readable, answerMs: number): Promise<Readable> {
  const late = new Error(`S3 does not end its answer within ${formatDuration(answerMs)}`);
  const timer = setTimeout(() => body.destroy(late), answerMs);
  try {
    return Readable.from([await readWithin(body, maxAnswer)]);
  } finally {
    clearTimeout(timer);
  }
}
