import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When it was created';
const sealedKey = 'PEM, as ciphertext';

/** Tables for ordering and renewing certificates. */
export const certificates: Record<string, Purpose> = {
  acme_accounts: {
    is: 'Shipmate’s accounts at certificate authorities.',
    own: true,
    columns: {
      id,
      directory_url: 'The authority',
      private_key: sealedKey,
      paused_until: 'Until when the authority asked not to be contacted',
      created_at: created,
    },
  },
  acme_challenges: {
    is: 'Challenge responses of the ingress, which prove control of a domain.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain',
      host: 'The requested host name',
      token: 'Last part of the requested path',
      key_authorization: 'The response',
      expires_at: 'When the response ends',
      created_at: created,
    },
  },
  certificate_orders: {
    is: 'Certificate orders: resumed after a crash, and counted for limits.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain, while it exists',
      host: 'Its name',
      directory_url: 'The authority',
      url: 'The order there',
      private_key: `Key to be certified, ${sealedKey}, until the order ends`,
      status: 'Outcome; `invalid`: the authority did not find the response to its challenge',
      error: 'Why it failed',
      created_at: created,
      ended_at: 'When it ended',
    },
  },
  certificate_renewals: {
    is: 'When the certificate of each domain is requested next.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain',
      attempts: 'Failures since the last success',
      next_attempt_at: 'Time of the next attempt; null for uploaded certificates',
      error: 'Why the last attempt failed',
      running_since: 'When the current attempt started',
    },
  },
};
