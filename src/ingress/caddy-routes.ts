import type { CaddyEndpoints } from './caddy-endpoints.ts';
import type { IngressRoute } from './ingress.ts';

/** How long a connection to a task is tried for, seconds. */
const trySeconds = 5;
const yearSeconds = 365 * 24 * 60 * 60;

/** What is compressed where the application does not do it itself; a stream of events is sent as it comes. */
const compressible = [
  'text/html*',
  'text/css*',
  'text/plain*',
  'text/xml*',
  'text/javascript*',
  'text/csv*',
  'text/markdown*',
  'application/json*',
  'application/javascript*',
  'application/xml*',
  'application/manifest+json*',
  'application/ld+json*',
  'application/problem+json*',
  'application/rss+xml*',
  'application/atom+xml*',
  'application/wasm*',
  'image/svg+xml*',
  'font/ttf*',
  'font/otf*',
];

/** One route for all hosts: Caddy finds one among many by bisection. */
export function httpsRedirect(routes: IngressRoute[], endpoints: CaddyEndpoints): object[] {
  if (routes.length === 0) return [];
  const location = `${origin('{http.request.host}', true, endpoints)}{http.request.uri}`;
  return [{ match: [{ host: routes.map(({ host }) => host) }], handle: [movedTo(location)], terminal: true }];
}

/** `secured` are the hosts that are reached by HTTPS; `https` says whether this route is. */
export function proxyRoute(
  route: IngressRoute,
  endpoints: CaddyEndpoints,
  secured: Set<string>,
  https: boolean,
): object {
  return { match: [{ host: [route.host] }], handle: handlersOf(route, endpoints, secured, https), terminal: true };
}

function handlersOf(route: IngressRoute, endpoints: CaddyEndpoints, secured: Set<string>, https: boolean): object[] {
  if (route.redirectTo !== undefined) {
    const target = origin(route.redirectTo, secured.has(route.redirectTo), endpoints);
    return [movedTo(`${target}{http.request.uri}`)];
  }
  return [
    ...(https && route.hsts ? [strictTransport] : []),
    ...(route.maxBodyBytes === undefined ? [] : [{ handler: 'request_body', max_size: route.maxBodyBytes }]),
    compress,
    reverseProxy(route, endpoints.dial(route)),
  ];
}

const strictTransport = {
  handler: 'headers',
  response: { set: { 'Strict-Transport-Security': [`max-age=${yearSeconds}`] }, deferred: true },
};

const compress = {
  handler: 'encode',
  encodings: { zstd: {}, gzip: {} },
  prefer: ['zstd', 'gzip'],
  match: { headers: { 'Content-Type': compressible } },
};

/** 308 keeps the method. Browsers remember it for an hour only, as domains change hands. */
function movedTo(location: string): object {
  return {
    handler: 'static_response',
    status_code: 308,
    headers: { Location: [location], 'Cache-Control': ['max-age=3600'] },
  };
}

function origin(host: string, secure: boolean, { publicPorts }: CaddyEndpoints): string {
  const port = secure ? publicPorts.https : publicPorts.http;
  const suffix = port === (secure ? 443 : 80) ? '' : `:${port}`;
  return `${secure ? 'https' : 'http'}://${host}${suffix}`;
}

/**
 * The upstream is a name that Swarm's DNS answers with the healthy tasks in random order, looked up for every
 * connection. Swarm takes a task out of DNS two seconds before it stops it, so a connection made anew for each
 * request never meets one that is leaving. `dynamic_upstreams` would look all names up behind one lock: a single
 * application without tasks then holds up all others. `docs/adr/0007-ingress.md` has the measurements.
 */
function reverseProxy({ down, timeoutSeconds }: IngressRoute, dial: string): object {
  return {
    handler: 'reverse_proxy',
    upstreams: [{ dial }],
    // What could not be connected is tried again whatever its method; what was sent only where that is harmless.
    ...(!down && {
      load_balancing: {
        try_duration: `${Math.min(trySeconds, timeoutSeconds ?? trySeconds)}s`,
        try_interval: '50ms',
        retry_match: [{ method: ['GET', 'HEAD', 'OPTIONS'] }],
      },
    }),
    transport: {
      protocol: 'http',
      dial_timeout: '300ms',
      keep_alive: { enabled: false },
      ...(timeoutSeconds !== undefined && { response_header_timeout: `${timeoutSeconds}s` }),
    },
  };
}
