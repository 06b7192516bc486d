import type { Account } from './engine-server.ts';

/** How clients outside the swarm reach a server of the engine, through a gateway with the domain's certificate. */
export interface Outside {
  /** The module whose `opening` leads a client to TLS, as its clients ask for it. */
  opening: URL;
  /** What that module imports. */
  imports?: URL[];
  /** The connection string at a domain, which has the client verify the certificate. */
  connectionUrl(account: Account, host: string, port: number): string;
}
