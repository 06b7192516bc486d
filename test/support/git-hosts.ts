import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeGitHosts, HostRequest, Refusal } from './fake-git-hosts.ts';
import { administrations } from './forge/administrations.ts';
import { deliveryLists } from './forge/delivery-lists.ts';
import { unfitBody } from './forge/published-bodies.ts';
import { dialects } from './git-host-dialects.ts';
import { keptAlive } from './kept-alive.ts';
import { requestDialects } from './request-dialects.ts';

export async function startGitHosts(): Promise<FakeGitHosts> {
  let requests = 0;
  const token = 'token-that-nobody-may-read';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const body = await bodyOf(request);
    if (hosts.answer === 'hang') return;
    const path = request.url ?? '/';
    if (hosts.movedTo !== undefined && !path.startsWith('/moved/')) {
      return void response.writeHead(301, { location: `${hosts.movedTo}/moved${path}` }).end();
    }
    const refusal = hosts.answer ?? (request.headers.authorization?.endsWith(` ${token}`) ? undefined : unauthorised);
    const {
      headers,
      status,
      body: answer,
    } = refusal ?? respond({ method: request.method ?? '', url: urlOf(request), body });
    response.writeHead(status, { ...(status !== 204 && { 'content-type': 'application/json' }), ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(answer ?? {}));
  }

  function respond(request: HostRequest): Refusal {
    hosts.log.push(`${request.method} ${request.url.pathname}`);
    const unfit = unfitBody(request);
    if (unfit !== undefined) return { status: 422, body: { message: unfit } };
    for (const dialect of [...deliveryLists, ...dialects, ...requestDialects, ...administrations]) {
      const answer = dialect(hosts, request);
      if (answer) return answer;
    }
    return { status: 404, body: { message: 'Not Found' } };
  }

  const server = createServer(keptAlive, (request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hosts: FakeGitHosts = {
    url,
    addresses: { bitbucket: `${url}/2.0` },
    token,
    received: [],
    checks: [],
    comments: new Map(),
    members: new Set(),
    webhooks: [],
    attempts: [],
    sentAgain: [],
    deployKeys: [],
    rights: { read: true, webhooks: true, keys: true, lacking: 404 },
    log: [],
    requests: () => requests,
    answer: undefined,
    movedTo: undefined,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return hosts;
}

const unauthorised: Refusal = { status: 401, body: { message: 'Bad credentials' } };

function urlOf(request: IncomingMessage): URL {
  return new URL((request.url ?? '/').replace(/^\/moved\//, '/'), 'http://host');
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await request.toArray()).join('');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
