import { isIPv4, isIPv6 } from 'node:net';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

/** Longest list of one domain. */
const most = 50;
/**
 * The widest networks that may connect: a whole address space in a few parts is no list of addresses. The largest
 * networks that one organisation has are a /8, and a /19 of IPv6.
 */
const shortest = { four: 8, six: 16 };
/** The first of the IPv4 addresses in their IPv6 form. */
const mapped = '::ffff:0:0';

/**
 * Networks of `--allow`, each as an address or in CIDR notation, in one spelling and without repetitions.
 * @throws {UsageError} for what is not exactly a network, and for networks that are too wide.
 */
export function readAllowList(given: readonly string[]): string[] {
  const networks = [...new Set(given.flatMap((one) => one.split(',')).map((one) => readNetwork(one.trim())))];
  if (networks.length <= most) return networks;
  throw new UsageError(`A domain takes at most ${most} networks in \`--allow\`, not ${networks.length}.`);
}

function readNetwork(given: string): string {
  const [address = '', length, ...more] = given.split('/');
  const four = isIPv4(address);
  const six = isIPv6(address) && !address.includes('%') && !isMapped(address);
  if ((!four && !six) || more.length > 0 || (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length))) {
    throw new UsageError(
      `${quoted(given)} is not a network. Give addresses or networks with commas between them, e.g. ` +
        '`--allow 203.0.113.7,198.51.100.0/24,2001:db8::/48`.',
    );
  }
  const width = four ? 32 : 128;
  const bits = length === undefined ? width : Number(length);
  if (bits > width) {
    throw new UsageError(`${quoted(given)} is not a network: IPv${four ? 4 : 6} addresses have ${width} bits.`);
  }
  const least = four ? shortest.four : shortest.six;
  if (bits < least) {
    throw new UsageError(
      `${quoted(given)} lets too many in. A database is open to networks you know, of \`/${least}\` at most for IPv${four ? 4 : 6}; ` +
        'clients whose address changes connect through a VPN or a host with a fixed address.',
    );
  }
  const name = four ? address : canonical(address);
  const first = networkOf(address, four, width - bits);
  if (first !== valueOf(address, four)) {
    throw new UsageError(
      `${quoted(given)} names an address within a network. Give the network, \`${written(first, four)}/${bits}\`, ` +
        `or the single address, \`${name}\`.`,
    );
  }
  if (six && networkOf(mapped, false, width - bits) === first) {
    throw new UsageError(
      `${quoted(given)} has all IPv4 addresses in it, in their IPv6 form. Give the IPv4 networks that may connect, e.g. ` +
        '`--allow 203.0.113.0/24`.',
    );
  }
  return `${name}/${bits}`;
}

/** `::ffff:203.0.113.7` means an IPv4 address, which is to be written as one. */
function isMapped(address: string): boolean {
  return isIPv6(address) && canonical(address).startsWith('::ffff:');
}

function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function networkOf(address: string, four: boolean, hostBits: number): bigint {
  return (valueOf(address, four) >> BigInt(hostBits)) << BigInt(hostBits);
}

function valueOf(address: string, four: boolean): bigint {
  if (four) return address.split('.').reduce((value, part) => (value << 8n) + BigInt(part), 0n);
  const [head = '', tail] = canonical(address).split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((value, part) => (value << 16n) + BigInt(`0x${part}`), 0n);
}

function written(value: bigint, four: boolean): string {
  if (four) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16));
  return canonical(groups.join(':'));
}
