import type { RawDelivery } from '../../src/git-hosts/webhook.ts';
import type { SignedDelivery } from '../support/webhooks.ts';

/** A delivery as the HTTP server hands it on. */
export function rawDelivery({ body, headers }: SignedDelivery): RawDelivery {
  return { headers, body: Buffer.from(body) };
}
