import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When it was made';
const sealedKey = 'PEM as a ciphertext';

/** The tables by which certificates are ordered and renewed. */
export const certificates: Record<string, Purpose> = {
  acme_accounts: {
    is: 'Who Shipmate is to certificate authorities.',
    own: true,
    columns: {
      id,
      directory_url: 'The authority',
      private_key: sealedKey,
      paused_until: 'Until when the authority asked to be left alone',
      created_at: created,
    },
  },
  acme_challenges: {
    is: 'What the ingress answers to prove a domain.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain',
      host: 'The host name that is asked',
      token: 'Last part of the path that is asked for',
      key_authorization: 'What is answered',
      expires_at: 'Not answered any more afterwards',
      created_at: created,
    },
  },
  certificate_orders: {
    is: 'Certificates asked for: gone on with after a crash, and counted.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain, while it exists',
      host: 'Its name',
      directory_url: 'The authority',
      url: 'The order there',
      private_key: `What is to be certified, ${sealedKey}, until the order ends`,
      status: 'How it ended; `invalid`: the authority did not find the answer to its challenge',
      error: 'Why it failed',
      created_at: created,
      ended_at: 'When it ended',
    },
  },
  certificate_renewals: {
    is: 'When the certificate of each domain is asked for next.',
    own: true,
    columns: {
      id,
      domain_id: 'The domain',
      attempts: 'Failures since the last success',
      next_attempt_at: 'When it is asked for next; null: never, it was uploaded',
      error: 'Why the last attempt failed',
      running_since: 'When the attempt that is under way began',
    },
  },
};
