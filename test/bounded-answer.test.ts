import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { acmeTransport } from '../src/acme/transport.ts';
import { cloudflare } from '../src/acme/cloudflare.ts';
import { AnswerTooLargeError, readWithin, textWithin } from '../src/bounded-answer.ts';

/** Answers everything with this body. */
async function answering(body: Buffer, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => response.writeHead(200, headers).end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function* forever(sent: { chunks: number }) {
  for (;;) {
    sent.chunks += 1;
    yield Buffer.alloc(1_024);
  }
}

it('reads all of what is within the limit', async () => {
  await using host = await answering(Buffer.from('⛵'.repeat(100)));
  expect(await textWithin(await fetch(host.url), 300)).toBe('⛵'.repeat(100));
  await expect(textWithin(await fetch(host.url), 299)).rejects.toThrow(AnswerTooLargeError);
});

it('stops reading what has no end', async () => {
  const sent = { chunks: 0 };
  await expect(readWithin(forever(sent), 10 * 1_024)).rejects.toThrow('the answer is larger than 10 KiB');
  expect(sent.chunks).toBe(11);
});

it('counts what a compressed answer inflates to', async () => {
  const body = gzipSync(Buffer.alloc(2 * 1024 ** 2));
  expect(body.length).toBeLessThan(10_000);
  await using host = await answering(body, { 'content-encoding': 'gzip' });
  await expect(textWithin(await fetch(host.url))).rejects.toThrow('the answer is larger than 1 MiB');
});

it('holds for the authority and for the DNS provider', async () => {
  await using host = await answering(Buffer.alloc(2 * 1024 ** 2, ' '), { 'content-type': 'application/json' });
  const { signal } = new AbortController();
  await expect(acmeTransport(undefined)(`${host.url}/directory`, 'GET', undefined, signal)).rejects.toThrow(
    /^The authority at .* cannot be used: the answer is larger than 1 MiB\.$/,
  );
  await expect(
    cloudflare({ token: 't', apiUrl: host.url } as never).set('_acme-challenge.a.test', 'x'),
  ).rejects.toThrow('Cloudflare: the answer is larger than 1 MiB.');
});
