import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort } from '../../scripts/support/free-port.ts';
import { processCaddy } from '../../scripts/support/process-caddy.ts';
import { createIngress } from '../../src/ingress/caddy.ts';
import type { IngressState, IngressRoute } from '../../src/ingress/ingress.ts';

/** A real Caddy as a process of this host, whose routes lead to servers of the test; Shipmate’s own to the port `own`. */
export async function openCaddy({ drainSeconds = 0, own = 0 } = {}) {
  const ports = { http: await freePort(), https: await freePort() };
  const host = await processCaddy(ports, (route) => `127.0.0.1:${route.own ? own : route.port}`, drainSeconds);
  const ingress = createIngress(host);
  return {
    ports,
    host,
    ingress,
    apply: (state: Partial<IngressState>) => ingress.apply({ routes: [], certificates: [], challenges: [], ...state }),
    get: (url: string, options?: VisitOptions) => visitUrl(ports, url, options),
    [Symbol.asyncDispose]: () => ingress.remove(),
  };
}

/** A server of the application on a free port of the loopback interface. */
export async function openApplication(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    routeOf: (host: string, over: Partial<IngressRoute> = {}): IngressRoute => ({
      host,
      service: 'app',
      port,
      network: 'net',
      tls: false,
      ...over,
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface VisitOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Visit {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Visits the URL at the ingress, whatever its host; certificates are shown, not checked. */
export async function visitUrl(
  ports: { http: number; https: number },
  url: string,
  { method = 'GET', headers = {}, body }: VisitOptions = {},
): Promise<Visit> {
  const { protocol, host, hostname, pathname, search } = new URL(url);
  const common = { host: '127.0.0.1', method, path: pathname + search, headers: { host, ...headers }, agent: false };
  const outgoing =
    protocol === 'https:'
      ? requestSecurely({ ...common, port: ports.https, servername: hostname, rejectUnauthorized: false })
      : request({ ...common, port: ports.http });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
