import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers HTTP-01 challenges at the port: what `answers` has for the token, else what `find` does. */
export async function startResponder(
  port: number,
  find: (token: string) => Promise<string | undefined> = async () => undefined,
) {
  const answers = new Map<string, string>();
  const asked: string[] = [];
  /** Answers everything, as a parked domain does. */
  const state: { instead: string | undefined } = { instead: undefined };
  const server = createServer((request, response) => {
    const token = request.url?.replace('/.well-known/acme-challenge/', '') ?? '';
    asked.push(`${request.headers.host} ${token}`);
    Promise.resolve(state.instead ?? answers.get(token) ?? find(token)).then(
      (body) => response.writeHead(body === undefined ? 404 : 200, { connection: 'close' }).end(body ?? 'not here'),
      (error: unknown) => response.destroy(error as Error),
    );
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
