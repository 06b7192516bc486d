/** One host name and where its requests go. */
export interface Route {
  /** e.g. `api.shop.localhost` */
  host: string;
  /** Swarm service whose tasks answer, found by DNS as `tasks.<service>`. */
  service: string;
  port: number;
  /** Overlay network of the project, which the ingress joins. */
  network: string;
}

/** The reverse proxy in front of every application that has a port. */
export interface Ingress {
  /** Makes the running ingress serve exactly these routes. Safe to call again and again, and at once from two places. */
  apply(routes: Route[]): Promise<void>;
  /** @throws when the ingress does not serve. */
  ping(): Promise<void>;
  /** Takes it away, its configuration included. */
  remove(): Promise<void>;
}
