import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** The part of a git host that speaks Git LFS's batch protocol, with the files it holds. */
export interface LfsServer {
  /** Requests as `POST /path`, with whether they came with a password. */
  asked: { request: string; password: boolean }[];
  /** Keeps a file. @returns its pointer. */
  keep(content: string): string;
  /** Answers a request of the protocol; false for others. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
}

/** @see https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md */
export function createLfs(): LfsServer {
  const files = new Map<string, string>();
  const asked: LfsServer['asked'] = [];
  return {
    asked,
    keep(content) {
      files.set(idOf(content), content);
      return pointerOf(content);
    },
    answer(request, response) {
      const path = request.url ?? '';
      if (!path.includes('/info/lfs/')) return false;
      asked.push({ request: `${request.method} ${path}`, password: request.headers.authorization !== undefined });
      const [, base = '', id] = /^(.*\/info\/lfs)\/files\/(\w+)$/.exec(path) ?? [];
      if (base && id !== undefined) {
        response.end(files.get(id));
        return true;
      }
      void batch(request, files).then((body) => {
        response.setHeader('content-type', 'application/vnd.git-lfs+json').end(JSON.stringify(body));
      });
      return true;
    },
  };
}

interface Wanted {
  objects: { oid: string; size: number }[];
}

async function batch(request: IncomingMessage, files: Map<string, string>) {
  const { objects } = (await json(request)) as Wanted;
  const base = `http://${request.headers.host}${(request.url ?? '').replace('/objects/batch', '/files')}`;
  return {
    transfer: 'basic',
    objects: objects.map(({ oid, size }) =>
      files.has(oid)
        ? { oid, size, actions: { download: { href: `${base}/${oid}` } } }
        : { oid, size, error: { code: 404, message: 'Object does not exist' } },
    ),
  };
}

/** What a repository holds in place of the file. */
export function pointerOf(content: string, size = content.length): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${idOf(content)}\nsize ${size}\n`;
}

function idOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A server of its own that speaks nothing but Git LFS. */
export async function serveLfs(lfs: LfsServer): Promise<{ url: string; close(): Promise<void> }> {
  const listener: RequestListener = (request, response) => void lfs.answer(request, response);
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/info/lfs`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
