/** TLS in front of one database, for clients outside the swarm. */
export interface GatewaySpec {
  /** Port of every node. No two gateways have the same. */
  port: number;
  /** Networks that may connect, e.g. `203.0.113.0/24`. */
  allow: string[];
  /** The database's service and its port, found by DNS as `tasks.<service>`. */
  service: string;
  target: number;
  /** Overlay network of the project, the only one that it joins. */
  network: string;
  /** What runs in it: path below the folder of the engines → content. */
  program: { main: string; opening: string; files: Record<string, string> };
  /** PEM, the whole chain. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

/** What the gateway of this node says of itself. */
export interface GatewayAnswer {
  allow: string[];
  /** Open now. */
  sessions: number;
  /** Connections from addresses that may not connect, since it started. */
  refused: number;
  lastRefused?: string;
  /** Connections whose address the Engine hid: at 127.0.0.1 of the node, or by IPv6 where its bridge has none. */
  hidden: number;
  /** Why the last session did not open. */
  lastFailure?: string;
}

/** The gateways of all databases that have a domain. */
export interface Gateways {
  /**
   * Makes exactly these run, on every node. One that cannot does not keep the others from it.
   * @throws with the reasons, a sentence for each.
   */
  apply(wanted: GatewaySpec[]): Promise<void>;
  /** Undefined while none runs on this node. */
  ask(port: number): Promise<GatewayAnswer | undefined>;
  /** Which nodes do not have the latest settings, for people; undefined when all do. */
  problem(port: number): Promise<string | undefined>;
}
