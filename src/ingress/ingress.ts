/** One host name and where its requests go. */
export interface IngressRoute {
  /** e.g. `api.shop.localhost`, or with a `*` for one label: `*.shop.example.com`. */
  host: string;
  /** Swarm service whose tasks answer, found by DNS as `tasks.<service>`. */
  service: string;
  port: number;
  /** Overlay network of the project, which the ingress joins. */
  network: string;
  /** It has no tasks: a visitor is told so after one attempt, and not after those that bridge an update (default false). */
  down?: true | undefined;
  /** Visitors of HTTP are sent to HTTPS as soon as a certificate covers the host. */
  tls: boolean;
  /** Visitors are sent to this host name instead, e.g. from `www.example.com` to `example.com`. */
  redirectTo?: string | undefined;
  /** Larger requests are refused with 413; undefined: any size. */
  maxBodyBytes?: number | undefined;
  /** How long the application may take to begin its answer, before 504; undefined: as long as it likes. */
  timeoutSeconds?: number | undefined;
  /** Tells browsers to come by HTTPS only, for a year (HSTS). */
  hsts?: boolean | undefined;
  /** It leads to Shipmate itself, which no service of the swarm is: by a relay. */
  own?: true | undefined;
}

/** Who shows this certificate to visitors of its hosts. */
export interface IngressCertificate {
  /** Host names it is for; a `*` stands for one label. */
  hosts: string[];
  /** PEM, the whole chain. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

/** What a certificate authority asks for at `http://<host>/.well-known/acme-challenge/<token>`. */
export interface AcmeChallenge {
  host: string;
  token: string;
  keyAuthorization: string;
}

/** Everything the ingress is to do. */
export interface IngressState {
  routes: IngressRoute[];
  certificates: IngressCertificate[];
  challenges: AcmeChallenge[];
  /** What it answers at `probePath` of every host, so that it can be told from another server. */
  probe?: string | undefined;
}

export const probePath = '/.well-known/shipmate-ingress';

/** Address → whether it accepted a connection. */
export type Reached = ReadonlyMap<string, boolean>;

/** The reverse proxy in front of every application that has a port. */
export interface Ingress {
  /** Makes the running ingress do exactly this, or what it is told meanwhile. Safe to call again and again, and at once. */
  apply(state: IngressState): Promise<void>;
  /** @throws when the ingress does not serve. */
  ping(): Promise<void>;
  /** Which nodes do not serve what was applied last, for people; undefined when all do. */
  problem(): Promise<string | undefined>;
  /**
   * Tries to connect to addresses of tasks over the networks of the applications.
   * @param addresses e.g. `10.0.1.7:3000`.
   * @returns those that were tried in time, and whether they accepted; undefined where the ingress has no program for it.
   */
  reach(addresses: readonly string[], signal: AbortSignal): Promise<Reached | undefined>;
  /** Takes it away, its configuration included. */
  remove(): Promise<void>;
}

/** Ports of the host. */
export interface IngressPorts {
  http: number;
  https: number;
}

/** The pattern that stands for the host: `*.example.com` for `shop.example.com`. A `*` is exactly one label. */
export function patternOf(host: string): string {
  return host.replace(/^[^.]+/, '*');
}

/** Whether one of the names, patterns among them, stands for a host. */
export function coverageOf(names: Iterable<string>): (host: string) => boolean {
  const known = new Set(names);
  return (host) => known.has(host) || known.has(patternOf(host));
}
