import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Docker from 'dockerode';
import { connectDocker } from '../../src/swarm/dockerode.ts';

interface Answer {
  status: number;
  body: unknown;
}

export interface AnsweringEngine extends AsyncDisposable {
  docker: Docker;
  /** e.g. `GET /images/json?all=true`, in order. */
  asked: string[];
}

/** An Engine over HTTP that answers what `answer` says, e.g. to `GET /version`; 404 to everything else. */
export async function answeringEngine(answer: (request: string) => Answer | undefined): Promise<AnsweringEngine> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method} ${decodeURIComponent(request.url ?? '')}`;
    asked.push(line);
    const { status, body } = answer(line) ?? { status: 404, body: { message: 'not found' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    docker: connectDocker(`tcp://127.0.0.1:${port}`),
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
