import { expect, it } from '@jest/globals';
import { trustedPeers } from '../../../src/handlers/http/trusted-peers.ts';

const trusts = trustedPeers(['10.0.0.1', '192.168.0.0/16', 'fd00::/8', '::1']);

it.each(['10.0.0.1', '::ffff:10.0.0.1', '192.168.255.1', 'fd12::1', '::1'])('believes the proxy %s', (address) => {
  expect(trusts(address)).toBe(true);
});

it.each(['10.0.0.2', '192.169.0.1', 'fe80::1', '127.0.0.1', '', 'unknown', '10.0.0.1:80'])(
  'believes nobody at %j',
  (address) => {
    expect(trusts(address)).toBe(false);
  },
);

it('believes whoever calls over a socket of the machine, and no address without proxies', () => {
  expect(trusts(undefined)).toBe(true);
  expect(trustedPeers([])('127.0.0.1')).toBe(false);
});
