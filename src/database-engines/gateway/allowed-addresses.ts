import { readFile } from 'node:fs/promises';
import { BlockList, isIPv6 } from 'node:net';

export interface AllowedAddresses {
  has(address: string): boolean;
}

/** @param networks e.g. `203.0.113.0/24` and `2001:db8::/32`, well-formed. */
export function allowedAddresses(networks: readonly string[], hidden: readonly string[]): AllowedAddresses {
  // A list for each family: in one, `::/16` would have every IPv4 address, as `::ffff:203.0.113.7` lies within.
  const allowed = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const family = familyOf(address);
    allowed[family].addSubnet(address, Number(bits), family);
  }
  return {
    has(address) {
      const family = familyOf(address);
      return !hidden.includes(address) && allowed[family].check(address, family);
    },
  };
}

/** `::ffff:203.0.113.7`, as a socket for both families says, is `203.0.113.7`. */
export function plainAddress(remote: string | undefined): string {
  return (remote ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * Addresses of the Engine's own bridge, which stand for whoever came through its userland proxy: programs of the node at 127.0.0.1,
 * and everyone who came over IPv6 where the bridge has only IPv4. Their true addresses are lost, so that no list can
 * tell them apart: they are never let in.
 */
export async function hiddenAddresses(folder = '/proc/net'): Promise<string[]> {
  const [four, six] = await Promise.all([readTable(`${folder}/route`), readTable(`${folder}/ipv6_route`)]);
  return [...four.flatMap(defaultOfFour), ...six.flatMap(defaultOfSix)];
}

/** A kernel without IPv6 has no table for it. */
async function readTable(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.trim().split(/\s+/));
}

/** `eth1 00000000 010012AC …`: the bytes in the order of the machine, which is little-endian. */
function defaultOfFour([, destination, gateway = '']: string[]): string[] {
  if (destination !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway) || gateway === '00000000') return [];
  return [Buffer.from(gateway, 'hex').reverse().join('.')];
}

/** Destination, its length, source, its length, next hop. */
function defaultOfSix([destination, length, , , hop = '']: string[]): string[] {
  if (!/^0{32}$/.test(destination ?? '') || length !== '00' || /^0*$/.test(hop)) return [];
  return [new URL(`http://[${hop.match(/.{4}/g)?.join(':')}]`).hostname.slice(1, -1)];
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
