import type { WordedFacts } from './worded-facts.ts';

const showCertificate = { label: 'Show', command: 'cert show shop.test' };

export const certificateFacts: WordedFacts<'certificate-issued' | 'certificate-failed' | 'certificate-expiring'> = {
  'certificate-issued': [
    [
      '',
      {
        domain: 'shop.test',
        issuer: 'R11',
        expiresAt: '2027-03-01T10:00:00.000Z',
        renewsAt: '2027-01-30T10:00:00.000Z',
      },
      {
        tone: 'success',
        title: 'shop.test has a new certificate',
        text: 'Issued by R11, valid until 2027-03-01. Shipmate renews it around 2027-01-30.',
      },
    ],
  ],
  'certificate-failed': [
    [
      '',
      { domain: 'shop.test', reason: 'No A record. Add one.', retryAt: '2026-12-01T09:30:00.000Z' },
      {
        tone: 'warning',
        title: 'No certificate for shop.test yet',
        text: 'No A record. Add one.\nShipmate tries again at 2026-12-01 09:30 UTC.',
        actions: [{ label: 'Try now', command: 'cert renew shop.test' }, showCertificate],
      },
    ],
  ],
  'certificate-expiring': [
    [
      'that somebody uploaded',
      {
        domain: 'shop.test',
        issuer: 'ACME Corp',
        uploaded: true,
        expiresAt: '2026-12-15T10:00:00.000Z',
        daysLeft: 14,
        level: 'warning',
      },
      {
        tone: 'warning',
        title: 'The certificate of shop.test expires in 14 days',
        text:
          'Valid until 2026-12-15, issued by ACME Corp.\n' +
          'Upload a new one: `cert upload shop.test`, or let Shipmate issue one: `cert renew shop.test`.',
        actions: [showCertificate],
      },
    ],
    [
      'whose renewal fails',
      {
        domain: 'shop.test',
        issuer: 'R11',
        uploaded: false,
        expiresAt: '2026-12-02T10:00:00.000Z',
        daysLeft: 1,
        level: 'danger',
      },
      {
        tone: 'danger',
        title: 'The certificate of shop.test expires in 1 day',
        text:
          'Valid until 2026-12-02, issued by R11.\n' +
          'Shipmate could not renew it so far. `cert show shop.test` shows why.',
        actions: [showCertificate],
      },
    ],
    [
      'that has expired',
      {
        domain: 'shop.test',
        issuer: 'R11',
        uploaded: false,
        expiresAt: '2026-12-01T10:00:00.000Z',
        daysLeft: 0,
        level: 'danger',
      },
      {
        tone: 'danger',
        title: 'The certificate of shop.test has expired',
        text:
          'Valid until 2026-12-01, issued by R11.\n' +
          'Shipmate could not renew it so far. `cert show shop.test` shows why.',
        actions: [showCertificate],
      },
    ],
  ],
};
