import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { S3Config } from '../../src/config.ts';
import { keptAlive } from './kept-alive.ts';

/** What a client asks of an upload in parts. */
export type UploadStep = 'create' | 'part' | 'complete' | 'take back' | 'put';

/**
 * An S3 service on the loopback address with one bucket. s3rver stores what clients stream in signed chunks as it
 * comes, frames included, and takes no upload back; a listener in front of it takes the frames off, and does.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function startS3(bucket = 'shipmate') {
  const directory = await mkdtemp(join(tmpdir(), 'shipmate-s3-'));
  const s3rver = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port: behind } = (await s3rver.run()) as unknown as AddressInfo;
  const uploads = unfinishedUploads();
  let held: { step: UploadStep; arrived(): void; opened: Promise<void> } | undefined;
  const front = createServer(keptAlive, (incoming, outgoing) => void answer(incoming, outgoing));
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const step = stepOf(incoming);
    if (held && held.step === step) {
      held.arrived();
      await held.opened;
      if (outgoing.destroyed) return;
    }
    if (step === 'take back') return uploads.takeBack(incoming, outgoing);
    forward(incoming, outgoing);
  };
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const framed = String(incoming.headers['x-amz-content-sha256']).startsWith('STREAMING-');
    const { 'transfer-encoding': _, ...headers } = incoming.headers;
    const length = headers['x-amz-decoded-content-length'];
    const target = request({
      host: '127.0.0.1',
      port: behind,
      method: incoming.method,
      path: incoming.url,
      headers: { ...headers, ...(framed && length !== undefined && { 'content-length': String(length) }) },
    });
    target.on('response', (stored) => {
      outgoing.writeHead(stored.statusCode ?? 502, stored.headers);
      uploads.follow(incoming, stored);
      stored.pipe(outgoing);
    });
    target.on('error', () => outgoing.destroy());
    // Its client may go away before it has sent all.
    outgoing.on('close', () => outgoing.writableFinished || target.destroy());
    if (!framed) incoming.pipe(target);
    else
      unframed(incoming).then(
        (body) => target.end(body),
        () => target.destroy(),
      );
  };
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  const config: S3Config = {
    bucket,
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  };
  return {
    config,
    directory,
    /** The names of objects whose upload was begun, and neither completed nor taken back. */
    unfinished: uploads.names,
    /** Holds these requests from now on: resolves to how they go on, once there is one. */
    async hold(step: UploadStep): Promise<() => void> {
      const [arrived, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held = { step, arrived: arrived.resolve, opened: opened.promise };
      await arrived.promise;
      return () => {
        held = undefined;
        opened.resolve();
      };
    },
    async [Symbol.asyncDispose]() {
      front.closeAllConnections();
      front.close();
      await s3rver.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** `<hex>;chunk-signature=…\r\n<bytes>\r\n`, until one of no bytes. */
async function unframed(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of incoming) parts.push(chunk as Buffer);
  const body = Buffer.concat(parts);
  const content: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const head = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, head), 16);
    if (!length) break;
    content.push(body.subarray(head + 2, head + 2 + length));
    at = head + 2 + length + 2;
  }
  return Buffer.concat(content);
}

function stepOf({ method, url = '' }: IncomingMessage): UploadStep | undefined {
  const { searchParams } = new URL(url, 'http://s3');
  const isOfUpload = searchParams.has('uploadId');
  if (method === 'POST') return searchParams.has('uploads') ? 'create' : isOfUpload ? 'complete' : undefined;
  if (method === 'PUT') return isOfUpload ? 'part' : 'put';
  return method === 'DELETE' && isOfUpload ? 'take back' : undefined;
}

function unfinishedUploads() {
  const names = new Map<string, string>();
  const idOf = ({ url = '' }: IncomingMessage) => new URL(url, 'http://s3').searchParams.get('uploadId') ?? '';
  return {
    names: () => [...names.values()],
    takeBack(incoming: IncomingMessage, outgoing: ServerResponse): void {
      names.delete(idOf(incoming));
      outgoing.writeHead(204).end();
    },
    /** Notes what an answer says of an upload. */
    follow(incoming: IncomingMessage, answer: IncomingMessage): void {
      const step = stepOf(incoming);
      if (answer.statusCode !== 200) return;
      if (step === 'complete') names.delete(idOf(incoming));
      if (step !== 'create') return;
      // Comes before its end, at which the client learns of it.
      answer.once('data', (chunk: Buffer) => {
        const id = /<UploadId>(.*?)</.exec(chunk.toString())?.[1] ?? '';
        names.set(id, new URL(incoming.url ?? '', 'http://s3').pathname);
      });
    },
  };
}
