import { isIP } from 'node:net';

/** What of a request says where it comes from; `ip` of express has walked back through the trusted proxies. */
interface Addressed {
  ip?: string | undefined;
  socket: { remoteAddress?: string | undefined };
}

/**
 * The address of whoever asks. Some proxies write a port behind it or a word in its place: what is no address is not
 * passed on, and the peer's own counts.
 */
export function clientAddress({ ip = '', socket }: Addressed): string | undefined {
  const address = ip.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  return isIP(address) ? address : socket.remoteAddress;
}
