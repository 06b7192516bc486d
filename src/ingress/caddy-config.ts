import { type AcmeChallenge, coverageOf, type IngressState, probePath, type IngressRoute } from './ingress.ts';
import type { CaddyEndpoints } from './caddy-endpoints.ts';
import { drain, noAnswer, text, tooLarge, tooSlow, unknownHost } from './caddy-answers.ts';
import { httpsRedirect, proxyRoute } from './caddy-routes.ts';

export type Turn = 0 | 1;
/**
 * Caddy's configuration for this state and nothing else. It never asks for certificates by itself. Each is to take
 * another turn than the one before: Caddy drains a listener only when the next configuration does not have it, and
 * knows it by its spelling. `docs/adr/0019-one-configuration-for-every-change.md` has the measurements.
 * @see https://caddyserver.com/docs/json/
 */
export function caddyConfig(state: IngressState, endpoints: CaddyEndpoints, turn: Turn): object {
  return {
    admin: { listen: endpoints.admin },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        shutdown_delay: `${endpoints.drainSeconds}s`,
        servers: {
          applications: server(endpoints.listen.http[turn], httpRoutes(state, endpoints)),
          ...(state.certificates.length > 0 && {
            // An empty policy turns TLS on.
            secure: {
              ...server(endpoints.listen.https[turn], httpsRoutes(state, endpoints)),
              tls_connection_policies: [{}],
            },
          }),
        },
      },
      ...(state.certificates.length > 0 && {
        tls: {
          certificates: {
            load_pem: state.certificates.map(({ certificate, privateKey: key }) => ({ certificate, key })),
          },
          // The authority's responder would be asked for each of them before a change is served.
          disable_ocsp_stapling: true,
        },
      }),
    },
  };
}

function server(listen: string, routes: object[]): object {
  return {
    listen: [listen],
    // A host matcher alone would make Caddy ask for certificates.
    automatic_https: { disable: true },
    // HTTP/3 needs UDP, which is not published.
    protocols: ['h1', 'h2'],
    read_header_timeout: '30s',
    routes: [drain, ...routes, unknownHost],
    errors: { routes: [tooLarge, tooSlow, noAnswer] },
  };
}

/** Serves hosts without a certificate over HTTP, since a redirect would lead nowhere. */
function httpRoutes(state: IngressState, endpoints: CaddyEndpoints): object[] {
  const secured = securedHosts(state);
  const routes = bySpecificity(state.routes).flatMap((some) => {
    const moved = some.filter(({ host }) => secured.has(host));
    const served = some.filter(({ host }) => !secured.has(host));
    return [...httpsRedirect(moved, endpoints), ...served.map((route) => proxyRoute(route, endpoints, secured, false))];
  });
  return [...state.challenges.map(challengeAnswer), ...probeAnswer(state), ...routes];
}

/** Those that HTTP serves too, if there is a certificate. */
function httpsRoutes(state: IngressState, endpoints: CaddyEndpoints): object[] {
  const secured = securedHosts(state);
  const covered = coverage(state);
  const routes = bySpecificity(state.routes)
    .flat()
    .filter(({ host }) => covered(host))
    .map((route) => proxyRoute(route, endpoints, secured, true));
  return [...probeAnswer(state), ...routes];
}

/** Hosts whose HTTP visitors are redirected. */
function securedHosts(state: IngressState): Set<string> {
  const covered = coverage(state);
  return new Set(state.routes.filter(({ host, tls }) => tls && covered(host)).map(({ host }) => host));
}

function coverage({ certificates }: IngressState): (host: string) => boolean {
  return coverageOf(certificates.flatMap(({ hosts }) => hosts));
}

/** The first that matches answers, so host names come before patterns. */
function bySpecificity(routes: IngressRoute[]): IngressRoute[][] {
  const isPattern = ({ host }: IngressRoute): boolean => host.startsWith('*.');
  return [routes.filter((route) => !isPattern(route)), routes.filter(isPattern)];
}

/** Answered before everything else: an authority knows no HTTPS at a host that asks for its first certificate. */
function challengeAnswer({ host, token, keyAuthorization }: AcmeChallenge): object {
  return {
    match: [{ host: [host], path: [`/.well-known/acme-challenge/${token}`] }],
    handle: [text(200, keyAuthorization)],
    terminal: true,
  };
}

function probeAnswer({ probe }: IngressState): object[] {
  return probe === undefined ? [] : [{ match: [{ path: [probePath] }], handle: [text(200, probe)], terminal: true }];
}
