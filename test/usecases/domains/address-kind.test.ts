import { expect, it } from '@jest/globals';
import { kindOf } from '../../../src/usecases/domains/address-kind.ts';

it.each([
  ['203.0.113.7', 'public'],
  ['127.0.0.1', 'public'],
  ['172.32.0.1', 'public'],
  ['2001:db8::1', 'public'],
  ['10.1.2.3', 'private'],
  ['172.31.255.1', 'private'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['::ffff:10.1.2.3', 'private'],
  ['fd00::1', 'private'],
  ['169.254.169.254', 'unreachable'],
  ['::ffff:169.254.169.254', 'unreachable'],
  ['0.0.0.0', 'unreachable'],
  ['224.0.0.1', 'unreachable'],
  ['255.255.255.255', 'unreachable'],
  ['fe80::1', 'unreachable'],
  ['::', 'unreachable'],
])('%s is %s', (address, kind) => {
  expect(kindOf(address)).toBe(kind);
});
