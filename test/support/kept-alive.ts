import type { ServerOptions } from 'node:http';

/**
 * A server that closes no connection while a test is busy: otherwise it does after five seconds, perhaps while the next
 * request is sent on it.
 */
export const keptAlive = { keepAliveTimeout: 600_000 } satisfies ServerOptions;
