import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers HTTP-01 challenges at the port; `answers` maps tokens to bodies, and `fallback` answers all others. */
export async function startResponder(port: number) {
  const answers = new Map<string, string>();
  const asked: string[] = [];
  const state: { fallback: string | undefined } = { fallback: undefined };
  const server = createServer((request, response) => {
    const token = request.url?.replace('/.well-known/acme-challenge/', '') ?? '';
    asked.push(`${request.headers.host} ${token}`);
    const body = answers.get(token) ?? state.fallback;
    response.writeHead(body === undefined ? 404 : 200, { connection: 'close' }).end(body ?? 'not here');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    answers,
    /** `<host> <token>` of every request. */
    asked,
    state,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
