import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Manifest } from './manifest.ts';
import { scopeOfMethod } from './needed-scopes.ts';
import { validateSlackMessage } from './validate.ts';
import { Refusal } from './refusal.ts';
import { type Arguments, webApi } from './web-api.ts';
import type { SlackWorld } from './world.ts';

/** Slack's HTTP side: `/api/<method>`, where files go, and response URLs. */
export function httpSide(world: SlackWorld, manifest: Manifest): RequestListener {
  const methods = webApi(world, manifest);

  async function callMethod(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const args = argumentsOf(await buffer(request));
    const wanted = tokenOf(world, name);
    if (wanted !== undefined && request.headers.authorization !== `Bearer ${wanted}`)
      return refuse(response, name, new Refusal('invalid_auth'));
    const seconds = world.overLimit(name, String(args['channel']));
    if (seconds !== undefined) {
      response.writeHead(429, { 'retry-after': String(seconds) });
      return void response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    }
    const scope = scopeOfMethod[name];
    if (scope !== undefined && !manifest.scopes.has(scope)) return refuse(response, name, new Refusal('missing_scope'));
    const method = methods[name];
    if (!method) return refuse(response, name, new Refusal('unknown_method'));
    try {
      const done = method(args);
      if (name === 'chat.postMessage' && world.lostNext > 0) {
        world.lostNext -= 1;
        return void response.writeHead(504).end('upstream request timeout');
      }
      answer(response, 200, { ok: true, ...done }, { 'x-oauth-scopes': [...manifest.scopes].join(',') });
    } catch (error) {
      refuse(response, name, error);
    }
  }

  function refuse(response: ServerResponse, name: string, error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    world.refused.push(`${name}: ${error.message} ${error.details.join('; ')}`.trim());
    const errors = error.mistakes.length > 0 ? { errors: error.mistakes } : {};
    answer(response, 200, {
      ok: false,
      error: error.message,
      ...errors,
      response_metadata: { messages: error.details },
    });
  }

  async function takeFile(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new Uint8Array(await buffer(request));
    const form = await new Response(body, {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const [part] = form.values();
    const file = world.files.get(id);
    if (file && part instanceof Blob) file.content = Buffer.from(await part.arrayBuffer());
    response.end('OK');
  }

  async function takeResponse(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said = JSON.parse(String(await buffer(request))) as Arguments;
    try {
      const channel = world.useResponseUrl(id);
      const problems = validateSlackMessage(said, world.unknownBlocks);
      if (problems.length > 0) throw new Refusal('invalid_blocks', problems);
      const seen = { channel, thread: undefined, text: String(said['text']), blocks: said['blocks'] };
      if (said['response_type'] === 'ephemeral') world.whispers.push({ ...seen, user: undefined });
      else world.messages.push({ ...seen, ts: world.nextTimestamp(), edits: [] });
      response.end('ok');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      world.refused.push(`response_url: ${error.message} ${error.details.join('; ')}`.trim());
      // Slack says 200 and means the body.
      answer(response, 200, { ok: false, error: error.message });
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = ''] = new URL(request.url ?? '', 'http://slack').pathname.split('/');
    world.asked.set(name, (world.asked.get(name) ?? 0) + 1);
    if (world.away) return void response.writeHead(503).end('away');
    if (kind === 'api') return callMethod(name, request, response);
    if (kind === 'upload') return takeFile(name, request, response);
    if (kind === 'respond') return takeResponse(name, request, response);
    response.writeHead(404).end();
  }

  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      world.refused.push(`broken: ${String(error)}`);
      response.writeHead(500).end();
    });
  };
}

/** The token that a method wants; undefined for the one that gives tokens. */
function tokenOf(world: SlackWorld, method: string): string | undefined {
  if (method === 'tooling.tokens.rotate') return undefined;
  if (method.startsWith('apps.manifest.')) return world.configuration.token;
  return method === 'apps.connections.open' ? world.appToken : world.botToken;
}

/** Structured arguments are JSON within the form. */
function argumentsOf(body: Buffer): Arguments {
  const structured = new Set(['blocks', 'error', 'files', 'manifest', 'metadata', 'prompts', 'unfurls', 'view']);
  const entries = [...new URLSearchParams(body.toString())];
  return Object.fromEntries(entries.map(([key, value]) => [key, structured.has(key) ? JSON.parse(value) : value]));
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
