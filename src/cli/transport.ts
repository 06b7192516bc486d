import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { UnavailableError } from '../errors.ts';
import { openSocketFolder } from '../host/socket-folder.ts';
import { callersFolder, socketName } from '../local-socket.ts';

export interface Sent {
  method?: 'POST';
  body?: string;
  headers: Record<string, string>;
  signal?: AbortSignal;
}

/** How requests get to a Shipmate. */
export interface Transport {
  /** For people. */
  place: string;
  /** @throws {UnavailableError} when no server answers. */
  send(path: string, sent: Sent): Promise<Response>;
}

/** Over the network. */
export function networkTransport(url: string, token: string | undefined): Transport {
  return {
    place: url,
    async send(path, { headers, ...sent }) {
      const to = new URL(path, url);
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      try {
        return await fetch(to, { ...sent, headers: { ...headers, ...authorization } });
      } catch {
        throw new UnavailableError(
          `No Shipmate answers at ${to.origin}. Start one (\`npm start\`) or set SHIPMATE_URL.`,
        );
      }
    },
  };
}

const Proof = z.object({ proof: z.string().regex(/^[\da-f]{32}$/) });
const Session = z.object({ token: z.string() });

/**
 * Over the socket of this machine, as the account of the operating system that runs this program: it proves that by a
 * folder that it makes.
 */
export function socketTransport(dataDir: string): Transport {
  const place = join(dataDir, socketName);
  let token: string | undefined;

  async function post(path: string, headers: Sent['headers'], body?: object): Promise<unknown> {
    const response = await exchange(dataDir, path, {
      method: 'POST',
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    throw new UnavailableError(`The Shipmate at ${place} does not believe who you are (HTTP ${response.status}).`);
  }

  async function prove(headers: Sent['headers']): Promise<string> {
    const { proof } = Proof.parse(await post('/api/local/proofs', headers));
    const folder = join(dataDir, callersFolder, proof);
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      throw new UnavailableError(`The folder ${folder} cannot be made, which is to prove who you are.`, {
        cause: error,
      });
    }
    return Session.parse(await post('/api/local/sessions', headers, { proof })).token;
  }

  async function attempt(path: string, { headers, ...sent }: Sent): Promise<Response> {
    token ??= await prove(headers);
    return exchange(dataDir, path, { ...sent, headers: { ...headers, authorization: `Bearer ${token}` } });
  }

  return {
    place,
    async send(path, sent) {
      const isNew = token === undefined;
      const response = await attempt(path, sent);
      if (response.status !== 401 || isNew) return response;
      // Shipmate was started anew, or the proof is too old.
      token = undefined;
      await response.body?.cancel();
      return attempt(path, sent);
    },
  };
}

async function exchange(dataDir: string, path: string, { body, headers, method, signal }: Sent): Promise<Response> {
  const folder = await openSocketFolder(dataDir, socketName);
  try {
    const request = httpRequest({
      socketPath: join(folder.path, socketName),
      path,
      method: method ?? 'GET',
      headers,
      // A connection for each request: Node's own agent would keep this one, if the answer says so.
      agent: false,
      ...(signal && { signal }),
    });
    // What becomes of an answer that has begun shows in its stream.
    request.on('error', () => undefined);
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const stream = Readable.toWeb(response) as ReadableStream<Uint8Array<ArrayBuffer>>;
    const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const status = response.statusCode ?? 500;
    // A response without content may not have a body at all.
    return new Response(status === 204 || status === 304 ? null : stream, { status, headers: told });
  } catch (error) {
    throw new UnavailableError(`No Shipmate answers at ${join(dataDir, socketName)}. Start one (\`npm start\`).`, {
      cause: error,
    });
  } finally {
    await folder.close();
  }
}
