import { describe, expect, it } from '@jest/globals';
import { readAllowList } from '../../../src/usecases/domains/allow-list.ts';

describe('an allow-list', () => {
  it.each([
    ['203.0.113.0/24', ['203.0.113.0/24']],
    ['203.0.113.7', ['203.0.113.7/32']],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['2001:DB8:0:0::/48', ['2001:db8::/48']],
    ['2001:db8::1', ['2001:db8::1/128']],
    ['2400::/16', ['2400::/16']],
    [' 203.0.113.7 , 203.0.113.7/32,198.51.100.0/25', ['203.0.113.7/32', '198.51.100.0/25']],
  ])('%s is %j', (given, networks) => {
    expect(readAllowList([given])).toEqual(networks);
  });

  it('may be given in parts', () => {
    expect(readAllowList(['203.0.113.7', '2001:db8::/48'])).toEqual(['203.0.113.7/32', '2001:db8::/48']);
  });

  it.each([
    ['0.0.0.0/0', 'lets too many in'],
    ['::/0', 'lets too many in'],
    ['0.0.0.0/1', 'lets too many in'],
    ['128.0.0.0/7', 'lets too many in'],
    ['2000::/3', 'of `/16` at most for IPv6'],
    ['203.0.113.7/24', 'Give the network, `203.0.113.0/24`, or the single address, `203.0.113.7`.'],
    ['2001:db8::1/48', 'Give the network, `2001:db8::/48`, or the single address, `2001:db8::1`.'],
    ['203.0.113.0/33', 'is not a network: IPv4 addresses have 32 bits.'],
    ['2001:db8::/129', 'is not a network: IPv6 addresses have 128 bits.'],
    ['', 'is not a network'],
    ['203.0.113.7,', 'is not a network'],
    ['203.0.113', 'is not a network'],
    ['203.0.113.07', 'is not a network'],
    ['203.0.113.0/024', 'is not a network'],
    ['203.0.113.0/24/24', 'is not a network'],
    ['203.0.113.0/255.255.255.0', 'is not a network'],
    ['203.0.113.0/', 'is not a network'],
    ['203.0.113.0 /24', 'is not a network'],
    ['0x7f.0.0.1', 'is not a network'],
    ['::ffff:203.0.113.7', 'is not a network'],
    ['::ffff:0:0/96', 'is not a network'],
    ['::/16', '`::/16` has all IPv4 addresses in it, in their IPv6 form.'],
    ['0:0:0:0::/80', 'has all IPv4 addresses in it'],
    ['::ffff:cb00:7107', 'is not a network'],
    ['0:0:0:0:0:ffff:0:0/97', 'is not a network'],
    ['fe80::1%eth0', 'is not a network'],
    ['office.example.com', 'is not a network'],
    ['*', 'is not a network'],
    ['all', 'is not a network'],
  ])('%j is refused', (given, reason) => {
    expect(() => readAllowList([given])).toThrow(reason);
  });

  it('has at most 50 networks', () => {
    const many = Array.from({ length: 51 }, (_, at) => `203.0.113.${at}`);
    expect(readAllowList([many.slice(1).join(',')])).toHaveLength(50);
    expect(() => readAllowList(many)).toThrow('A domain takes at most 50 networks in `--allow`, not 51.');
  });
});
