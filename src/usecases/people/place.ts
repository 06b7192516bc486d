import { isIPv6 } from 'node:net';
import { accountKeyOf, needsToken, type Origin } from '../origin.ts';

/** The source that attempts are counted by: a chat account, or the network address over HTTP. */
export function placeOf(origin: Origin): string {
  if (needsToken(origin)) return `http/${networkOf(origin.ipAddress ?? 'unknown')}`;
  const { platform, workspace, account } = accountKeyOf(origin);
  return `${platform}/${workspace}/${account}`;
}

/** One subscriber's network: an IPv4 address, or an IPv6 /64, the smallest that providers assign. */
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
