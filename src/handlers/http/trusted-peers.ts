import { BlockList, isIP } from 'node:net';

/**
 * Whether a peer's `X-Forwarded-For` counts: of the proxies that are named, and of whoever calls over a socket of the file
 * system, which has no address. @param proxies Addresses and networks, e.g. `10.0.0.0/8`.
 */
export function trustedPeers(proxies: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    if (address === undefined) return true;
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}
