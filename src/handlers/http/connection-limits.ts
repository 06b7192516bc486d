import type { ServerOptions } from 'node:http';

/**
 * Of a connection whose sender nobody knows yet. Node's own are 60 and 300 seconds, checked every 30: time enough for few
 * senders of a byte now and then to hold every connection.
 */
export const connectionLimits = {
  /** From the first byte to the last of the headers, milliseconds. */
  headersTimeout: 10_000,
  /** The same with the body; an answer, such as the stream of a page, takes as long as it likes. */
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  /**
   * Of a connection between two requests, milliseconds; Node's own is 5 s. Longer than a proxy keeps one (nginx 60 s,
   * Traefik 90 s, Caddy 2 min): otherwise it is closed while the proxy sends the next request on it, which is lost.
   */
  keepAliveTimeout: 130_000,
  maxHeaderSize: 16 * 1024,
} satisfies ServerOptions;
