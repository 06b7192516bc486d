import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitProvider } from '../../src/entities/git-source.ts';
import type { CommitCheck, CommitState } from '../../src/git-hosts/git-host.ts';
import { dialects } from './git-host-dialects.ts';

/** A status as it was received, in the words of `GitHost`. */
export interface ReceivedStatus {
  repository: string;
  commit: string;
  state: CommitState;
  context: string;
  description: string;
  targetUrl: string | undefined;
}

export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The status APIs of the four git hosts; what they would refuse, it refuses as they do. */
export interface FakeGitHosts extends AsyncDisposable {
  url: string;
  /** Address of the API, for hosts whose clone URL does not tell it. */
  addresses: Partial<Record<GitProvider, string>>;
  token: string;
  received: ReceivedStatus[];
  checks: CommitCheck[];
  /** Requests so far, refused ones too. */
  requests(): number;
  /** Every request is answered like this until it is undefined again; `hang` never. */
  answer: Refusal | 'hang' | undefined;
}

/** A request as a dialect sees it. */
export interface HostRequest {
  method: string;
  url: URL;
  body: Record<string, unknown>;
}

export async function startGitHosts(): Promise<FakeGitHosts> {
  let requests = 0;
  const token = 'token-that-nobody-may-read';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const body = await bodyOf(request);
    if (hosts.answer === 'hang') return;
    const refusal = hosts.answer ?? (request.headers.authorization?.endsWith(` ${token}`) ? undefined : unauthorised);
    const {
      headers,
      status,
      body: answer,
    } = refusal ?? respond({ method: request.method ?? '', url: urlOf(request), body });
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(answer ?? {}));
  }

  function respond(request: HostRequest): Refusal {
    for (const dialect of dialects) {
      const answer = dialect(hosts, request);
      if (answer) return answer;
    }
    return { status: 404, body: { message: 'Not Found' } };
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hosts: FakeGitHosts = {
    url,
    addresses: { bitbucket: `${url}/2.0` },
    token,
    received: [],
    checks: [],
    requests: () => requests,
    answer: undefined,
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
  return new URL(request.url ?? '/', 'http://host');
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await request.toArray()).join('');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
