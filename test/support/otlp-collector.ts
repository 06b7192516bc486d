import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TracesConfig } from '../../src/config-traces.ts';
import { keptAlive } from './kept-alive.ts';

/** A span as OTLP has it in JSON. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** Nanoseconds since 1970. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  /** `code` 2: error. */
  status: { code: number; message?: string };
  resource: Record<string, unknown>;
}

interface Value {
  stringValue?: string;
  boolValue?: boolean;
}
type Pairs = { key: string; value: Value }[];
interface Body {
  resourceSpans: {
    resource: { attributes: Pairs };
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes' | 'links'> & { attributes: Pairs; links?: ReceivedSpan['links'] })[];
    }[];
  }[];
}

/** A collector on the loopback address, which takes OTLP over HTTP at `/v1/traces`. */
export async function startCollector() {
  const requests: { path: string; headers: Record<string, unknown>; body: Buffer }[] = [];
  let [status, body] = [200, '{}'];
  const server = createServer(keptAlive, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const config: TracesConfig = {
    url: `http://127.0.0.1:${port}/v1/traces`,
    protocol: 'http/json',
    headers: {},
    sampler: 'parentbased_always_on',
    ratio: 1,
    resource: { 'service.name': 'shipmate' },
  };
  return {
    config,
    requests,
    answer(code: number, text = '{}') {
      [status, body] = [code, text];
    },
    spans: () => requests.flatMap(({ body }) => spansOf(JSON.parse(body.toString()) as Body)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function spansOf({ resourceSpans }: Body): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: plain(span.attributes),
        links: (span.links ?? []).map(({ spanId, traceId }) => ({ traceId, spanId })),
        resource: plain(resource.attributes),
      })),
    ),
  );
}

function plain(pairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.boolValue]));
}
