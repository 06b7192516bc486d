import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keptAlive } from '../kept-alive.ts';
import type { Answer } from './answer.ts';
import { createRoutes } from './rest.ts';
import { createSocketSide } from './socket-side.ts';
import { createWorld } from './world.ts';

/** A Mattermost server on loopback: its REST API, its WebSocket and its `response_url`s, with the limits that it has. */
export async function startMattermost() {
  const world = createWorld();
  const server = createServer(keptAlive, (request, response) => {
    void take(request).then(
      ({ body, headers = {}, status }) => {
        const isText = typeof body === 'string';
        response.writeHead(status, {
          'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
          ...headers,
        });
        response.end(isText ? body : JSON.stringify(body));
      },
      (error: unknown) => {
        world.refused.push(String(error));
        response.writeHead(500).end();
      },
    );
  });
  const socket = createSocketSide(world, server);
  const answer = createRoutes(world, (post) => socket.posted(post));

  async function take(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '', 'http://x');
    const method = request.method ?? '';
    const bytes = Buffer.concat(await request.toArray());
    world.requests.push(`${method} ${url.pathname}`);
    if (world.down) return { status: 503, body: '<html>no upstream</html>' };
    if (world.limitNext > 0) {
      world.limitNext -= 1;
      world.limited += 1;
      // Plain text: the limiter knows nothing of the API's errors.
      return { status: 429, body: 'limit exceeded\n', headers: { 'retry-after': '1', 'x-ratelimit-reset': '1' } };
    }
    const type = request.headers['content-type'] ?? '';
    const isForm = type.startsWith('multipart/form-data');
    const form = isForm ? await new Response(bytes, { headers: { 'content-type': type } }).formData() : undefined;
    const json: unknown = !isForm && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    const { headers } = request;
    const answered = answer({
      method,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers,
      json,
      form,
    });
    if (world.lostNext === 0) return answered;
    world.lostNext -= 1;
    return { status: 502, body: '<html>bad gateway</html>' };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    world,
    socket,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await socket.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
