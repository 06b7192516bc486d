import { isIP } from 'node:net';

/** Where a request comes from; express has already resolved `ip` through the trusted proxies. */
interface Addressed {
  ip?: string | undefined;
  socket: { remoteAddress?: string | undefined };
}

/**
 * The client's address. Some proxies append a port or send a word instead: anything that is not an address is dropped in
 * favour of the peer's own.
 */
export function clientAddress({ ip = '', socket }: Addressed): string | undefined {
  const address = ip.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  return isIP(address) ? address : socket.remoteAddress;
}
