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
 * Upstreams are the healthy tasks, as Swarm's DNS names them. Swarm takes a task out of DNS just before it
 * stops it, so a short refresh and quick retries are what keeps requests whole and latency flat during an
 * update; `docs/adr/0007-ingress.md` has the measurements behind the numbers.
 */
function reverseProxy(service: string, port: number): object {
  return {
    handler: 'reverse_proxy',
    dynamic_upstreams: { source: 'a', name: `tasks.${service}`, port: String(port), refresh: '200ms' },
    load_balancing: {
      selection_policy: { policy: 'least_conn' },
      try_duration: '5s',
      try_interval: '20ms',
    },
    health_checks: { passive: { max_fails: 1, fail_duration: '3s' } },
    transport: { protocol: 'http', dial_timeout: '150ms' },
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

const noAnswer = {
  handle: [
    {
      handler: 'static_response',
      status_code: '{http.error.status_code}',
      headers: { 'Content-Type': ['text/plain; charset=utf-8'], 'Retry-After': ['5'] },
      body: 'The application at {http.request.host} does not answer right now.\n',
    },
  ],
};
