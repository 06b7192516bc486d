import { expect, it } from '@jest/globals';
import { certificateFinding } from '../../../src/replies/domain-check/certificate-finding.ts';
import type { CertificateState } from '../../../src/usecases/domains/judge-certificate.ts';

const until = '2026-12-15';

it.each<[CertificateState, state: string, text: string]>([
  [
    { kind: 'missing' },
    'warning',
    'There is none yet; visitors are served over HTTP until there is one. Shipmate requests one by itself once DNS and ' +
      'port 80 are right.',
  ],
  [{ kind: 'unreadable' }, 'wrong', 'The stored file is not a certificate. `cert renew shop.test` gets a new one.'],
  [
    { kind: 'foreign-key' },
    'wrong',
    'The key does not belong to the certificate, so the ingress cannot use it. `cert renew shop.test` gets a new one.',
  ],
  [
    { kind: 'other-hosts', hosts: ['a.test', '*.b.test'] },
    'wrong',
    'The certificate is for a.test, *.b.test, not for `shop.test`. `cert renew shop.test` gets a new one.',
  ],
  [
    { kind: 'expired', on: until },
    'wrong',
    'It expired on 2026-12-15: browsers warn visitors. `cert renew shop.test` gets a new one.',
  ],
  [
    { kind: 'broken-chain', at: 0 },
    'wrong',
    'The chain is broken: part 2 did not issue part 1. Give the certificate first, then those that vouch for it, each for ' +
      'the one before.',
  ],
  [
    { kind: 'not-served' },
    'wrong',
    'The ingress still serves an older certificate. It switches within a minute; check again then.',
  ],
  [
    { kind: 'untrusted', issuer: 'test', self: true, until },
    'warning',
    'Browsers do not trust it: `test` is not an authority they know. It is valid until 2026-12-15.',
  ],
  [
    { kind: 'untrusted', issuer: 'R11', self: false, until },
    'warning',
    'The certificate of `R11` is missing in the chain, so that many visitors get a warning. It is valid until 2026-12-15.',
  ],
  [
    { kind: 'expiring', days: 9, until },
    'warning',
    'It expires in 9 days, on 2026-12-15. `cert renew shop.test` gets a new one.',
  ],
  [{ kind: 'good', issuer: 'R11', until }, 'good', 'Valid until 2026-12-15, by `R11`.'],
])('a certificate of the state %j', (certificate, state, text) => {
  expect(certificateFinding('shop.test', certificate)).toEqual({ part: 'Certificate', state, text });
});

it('a pattern without one needs DNS-01, or one of your own', () => {
  expect(certificateFinding('*.shop.test', { kind: 'missing' })).toEqual({
    part: 'Certificate',
    state: 'warning',
    text:
      'There is none yet; visitors are served over HTTP until there is one. For a `*`, the authority checks DNS (DNS-01); ' +
      'or upload your own certificate.',
  });
});
