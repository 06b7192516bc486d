import { BlockList, isIPv6 } from 'node:net';

/**
 * - `public`: on the internet, or this host itself.
 * - `private`: in a private network, whose contents must not be disclosed to people who may add domains.
 * - `unreachable`: not routable for visitors: link-local (where clouds keep credentials), multicast, unspecified.
 */
export type AddressKind = 'public' | 'private' | 'unreachable';

const privates = listOf(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7]);
const unreachables = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
);

export function kindOf(address: string): AddressKind {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (unreachables.check(address, family)) return 'unreachable';
  return privates.check(address, family) ? 'private' : 'public';
}

function listOf(...networks: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4');
  return list;
}
