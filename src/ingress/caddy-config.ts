import type { Route } from './ingress.ts';

/** Inside the container; the only way to the admin API, so that no network reaches it. */
export const adminSocket = 'unix//run/caddy/admin.sock';

/** The port Caddy listens on inside its container. */
export const containerPort = 80;

/**
 * Caddy's configuration for these routes and nothing else.
 * @see https://caddyserver.com/docs/json/
 */
export function caddyConfig(routes: Route[]): object {
  return {
    admin: { listen: adminSocket },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        servers: {
          applications: {
            listen: [`:${containerPort}`],
            // A host matcher alone would make Caddy ask for certificates.
            automatic_https: { disable: true },
            routes: [...routes.map(applicationRoute), unknownHost],
            errors: { routes: [noAnswer] },
          },
        },
      },
    },
  };
}

function applicationRoute({ host, service, port }: Route): object {
  return { match: [{ host: [host] }], handle: [reverseProxy(service, port)], terminal: true };
}

/**
 * The upstream is a name that Swarm's DNS answers with the healthy tasks in random order, looked up for every
 * connection. Swarm takes a task out of DNS two seconds before it stops it, so a connection made anew for each
 * request never meets one that is leaving. `dynamic_upstreams` would look all names up behind one lock: a single
 * application without tasks then holds up all others. `docs/adr/0007-ingress.md` has the measurements.
 */
function reverseProxy(service: string, port: number): object {
  return {
    handler: 'reverse_proxy',
    // The dot at the end keeps the search list of the host's resolver out of it.
    upstreams: [{ dial: `tasks.${service}.:${port}` }],
    // What could not be connected is tried again whatever its method; what was sent only where that is harmless.
    load_balancing: {
      try_duration: '5s',
      try_interval: '50ms',
      retry_match: [{ method: ['GET', 'HEAD', 'OPTIONS'] }],
    },
    transport: { protocol: 'http', dial_timeout: '300ms', keep_alive: { enabled: false } },
  };
}

const unknownHost = {
  handle: [
    {
      handler: 'static_response',
      status_code: 404,
      headers: { 'Content-Type': ['text/plain; charset=utf-8'] },
      body: 'No application answers at {http.request.host}.\n',
    },
  ],
};

/** Caddy says 502 where the application has no task that can be reached; visitors are to come again. */
const noAnswer = {
  handle: [
    {
      handler: 'static_response',
      status_code: 503,
      headers: { 'Content-Type': ['text/plain; charset=utf-8'], 'Retry-After': ['5'] },
      body: 'The application at {http.request.host} does not answer right now.\n',
    },
  ],
};
