import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { S3Config } from '../../src/config.ts';
import { keptAlive } from './kept-alive.ts';

/**
 * An S3 service on the loopback address with one bucket. s3rver stores what clients stream in signed chunks as it
 * comes, frames included; a listener in front of it takes the frames off.
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
  const front = createServer(keptAlive, (incoming, outgoing) => {
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
    target.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    target.on('error', () => outgoing.destroy());
    if (!framed) incoming.pipe(target);
    else void unframed(incoming).then((body) => target.end(body));
  });
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
