import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request as Asked, type RequestHandler, type Response as Answer } from 'express';
import { ForbiddenError, TooManyRequestsError } from '../../errors.ts';
import type { OnUse } from '../../on-use.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Dispatcher } from '../dispatch.ts';
import { createCancellations } from '../mcp/cancellation.ts';
import { clientOf, nameInSession, sessionIdFor } from '../mcp/client-name.ts';
import { handleMcp } from '../mcp/handle.ts';
import { knownBytes } from './json-body.ts';
import { assistantOf, mcpCallerOf } from './mcp-caller.ts';

/** Requests of one token at the same time, on each replica: a call may wait minutes for a person. */
const mostAtOnce = 16;

/**
 * `POST /mcp`: the Streamable HTTP transport of the Model Context Protocol, without sessions. Who asks is found out before
 * the body is read.
 * @param stopping Ends calls that wait.
 */
export function mcpRoute(deps: Deps, dispatcher: OnUse<Dispatcher>, stopping: AbortSignal): RequestHandler {
  const readText = express.text({ type: () => true, limit: knownBytes, inflate: false });
  const underWay = new Map<string, number>();
  const cancellations = createCancellations();

  async function answer(request: Asked, response: Answer): Promise<void> {
    const caller = await mcpCallerOf(deps, request);
    requireOwnOrigin(deps, request);
    const key = caller.token ?? caller.user.id;
    const before = underWay.get(key) ?? 0;
    if (before >= mostAtOnce) {
      throw new TooManyRequestsError(`This token has ${mostAtOnce} requests under way. Wait for one to end.`, 1_000);
    }
    underWay.set(key, before + 1);
    try {
      await new Promise<void>((resolve, reject) => {
        readText(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
      });
      const text = typeof request.body === 'string' ? request.body : '';
      const body = parsed(text);
      const { begins, name } = clientOf(body);
      const sessionId = request.get('mcp-session-id') ?? '';
      const session = nameInSession(sessionId);
      const assistant = assistantOf(request, caller, name ?? session);
      if (begins) response.set('Mcp-Session-Id', sessionIdFor(assistant.client));
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      // Ids are unique within a session alone.
      if (session !== undefined) cancellations.take(`${key} ${sessionId}`, body, gone);
      const sent = toFetch(request, text, AbortSignal.any([gone.signal, stopping]));
      await send(
        await handleMcp({ deps, dispatcher: await dispatcher() }, assistant, { request: sent, body }),
        response,
      );
    } finally {
      const now = (underWay.get(key) ?? 1) - 1;
      if (now > 0) underWay.set(key, now);
      else underWay.delete(key);
    }
  }

  return answer;
}

/**
 * A page of another site must not speak to a Shipmate that its visitor's browser reaches, even by a name that leads here
 * (DNS rebinding). Programs send no origin.
 */
function requireOwnOrigin({ config }: Pick<Deps, 'config'>, request: Asked): void {
  const origin = request.get('origin');
  if (origin === undefined || origin === new URL(config.publicUrl).origin) return;
  throw new ForbiddenError('Pages of other sites may not speak to `/mcp`.');
}

/** Undefined when it is no JSON: the library answers that. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What is sent, as the library takes it; it decides by nothing but method, headers and body. */
function toFetch(request: Asked, body: string, signal: AbortSignal): Request {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined || name === 'authorization' ? [] : [[name, String(value)] as [string, string]],
  );
  return new Request('http://shipmate.invalid/mcp', { method: 'POST', headers, body, signal });
}

/**
 * The library says `Connection: keep-alive`, whatever was asked. Whether a connection is kept is between Node and its peer:
 * who asked for it to be closed waits for its end, or sends a next request on it, which Node refuses (400).
 */
async function send(from: Response, response: Answer): Promise<void> {
  response.status(from.status);
  for (const [name, value] of from.headers) if (name !== 'connection') response.set(name, value);
  if (!from.body) {
    response.end();
    return;
  }
  response.flushHeaders();
  // The reader may leave at any time.
  await pipeline(Readable.fromWeb(from.body as import('node:stream/web').ReadableStream), response).catch(
    () => undefined,
  );
}
