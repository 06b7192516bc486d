import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acmeTransport } from '../../../src/acme/transport.ts';
import type { Pebble } from './pebble.ts';

/**
 * pebble limits no rates: before it stands a directory whose `newOrder` is refused as Let's Encrypt refuses it, until
 * `state.limited` is false. @see RFC 8555, 6.6
 */
export async function limitRates(pebble: Pebble, retryAfter: string) {
  const state = { limited: true, refused: 0 };
  const fetchDirectory = acmeTransport(pebble.caFile);
  const server = createServer((request, response) => {
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    async function answer(): Promise<void> {
      if (request.url === '/new-order') {
        state.refused += 1;
        response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': retryAfter });
        const detail =
          'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s';
        response.end(JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail, status: 429 }));
        return;
      }
      const { data } = await fetchDirectory(pebble.directoryUrl, 'get', undefined, new AbortController().signal);
      const directory = { ...(data as object), ...(state.limited ? { newOrder: `${own}/new-order` } : {}) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(directory));
    }
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    state,
    directoryUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dir`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
