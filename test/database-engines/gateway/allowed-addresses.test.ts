import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import {
  allowedAddresses,
  hiddenAddresses,
  plainAddress,
} from '../../../src/database-engines/gateway/allowed-addresses.ts';

it('has the addresses of its networks, and no others', () => {
  const allowed = allowedAddresses(['203.0.113.0/24', '198.51.100.7/32', '2001:db8:1::/48'], []);
  const some = [
    '203.0.113.0',
    '203.0.113.255',
    '198.51.100.7',
    '2001:db8:1:ffff::1',
    '203.0.114.1',
    '2001:db8:2::1',
    '',
  ];
  expect(some.filter((one) => allowed.has(one))).toEqual([
    '203.0.113.0',
    '203.0.113.255',
    '198.51.100.7',
    '2001:db8:1:ffff::1',
  ]);
});

it('has no IPv4 address by a network of IPv6, whatever the network', () => {
  const allowed = allowedAddresses(['::/16', '::ffff:0:0/96'], []);
  expect(['203.0.113.7', plainAddress('::ffff:203.0.113.7')].filter((one) => allowed.has(one))).toEqual([]);
});

it('never has the address of the Engine’s bridge, which stands for everyone who comes by its proxy', () => {
  const allowed = allowedAddresses(['172.16.0.0/12', 'fd00::/16'], ['172.18.0.1', 'fd00::1']);
  expect(['172.18.0.1', 'fd00::1', '172.18.0.2'].filter((one) => allowed.has(one))).toEqual(['172.18.0.2']);
});

it('takes an IPv4 address as such on a socket for both families', () => {
  expect(['::ffff:203.0.113.7', '203.0.113.7', '2001:db8::1', undefined].map(plainAddress)).toEqual([
    '203.0.113.7',
    '203.0.113.7',
    '2001:db8::1',
    '',
  ]);
});

it('reads the bridge from the tables of the kernel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-routes-'));
  try {
    await writeFile(
      join(folder, 'route'),
      'Iface\tDestination\tGateway \tFlags\nwire2\t00000000\t010012AC\t0003\nwire2\t000012AC\t00000000\t0001\n',
    );
    expect(await hiddenAddresses(folder)).toEqual(['172.18.0.1']);
    const zero = '0'.repeat(32);
    const lines = [
      `${zero} 00 ${zero} 00 fd000000000000000000000000000001 00000400 1 0 00000003 eth0`,
      `fd000000000000000000000000000000 40 ${zero} 00 ${zero} 00000100 1 0 00000001 eth0`,
    ];
    await writeFile(join(folder, 'ipv6_route'), lines.join('\n'));
    expect(await hiddenAddresses(folder)).toEqual(['172.18.0.1', 'fd00::1']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
