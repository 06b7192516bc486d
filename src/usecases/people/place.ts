import { isIPv6 } from 'node:net';
import type { Origin } from '../origin.ts';

/** Where somebody asks from, for counting: a chat account, or over HTTP, where a stranger has none, an address. */
export function placeOf({ platform, workspace, account, ipAddress }: Origin): string {
  return platform === 'http' ? `http/${networkOf(ipAddress ?? 'unknown')}` : `${platform}/${workspace}/${account}`;
}

/** What one subscriber has: an IPv4 address, or the /64 of an IPv6 one, which is the least that providers hand out. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [front = [], back = []] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(8 - front.length - back.length, 0) }, () => '0');
  const network = [...front, ...zeros, ...back].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
