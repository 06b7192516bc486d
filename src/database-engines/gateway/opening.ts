/** One side of a connection while its session is being opened. */
export interface End {
  /** Exactly so many bytes. @throws when the other side closes before. */
  read(bytes: number): Promise<Buffer>;
  /** Gives back what was read last: it is read again. */
  unread(bytes: Buffer): void;
  write(bytes: Buffer): void;
}

/** The client, outside the swarm. */
export interface ClientEnd extends End {
  /**
   * Begins TLS with the domain's certificate. What was received and not read counts as TLS, so that nothing that was
   * put there on the way passes for encrypted.
   * @returns the protocol that was negotiated by ALPN; undefined when the client offers none.
   */
  secure(): Promise<string | undefined>;
}

/** The database server, over the project's network. */
export interface ServerEnd extends End {
  /** Begins TLS. Nothing is verified: servers make their certificates themselves, and the network is the project's own. */
  secure(): Promise<void>;
}

/**
 * Reaches the server; not for a client that has gone meanwhile, unless what it asked for is done without it.
 * @throws when the server does not answer.
 */
export type Dial = (options?: { alone: boolean }) => Promise<ServerEnd>;

/** How an engine's clients ask for TLS. Runs in the gateway's container, so it imports nothing but types. */
export interface Opening {
  /** Protocols for ALPN; a client that offers only others is refused. Default: what a client offers is not looked at. */
  protocols?: readonly string[];
  /**
   * Brings client and server to where the rest of the session is passed on as it comes.
   * @throws when the client is not let in; what it is to be told was written.
   */
  open(client: ClientEnd, dial: Dial): Promise<void>;
}
