import { equalInConstantTime } from '../signatures.ts';
import { header, type RawDelivery } from '../webhook.ts';

/** Registries without signatures send a header that their administrator writes: the secret, or `Bearer` and the secret. */
export function hasAuthorization(delivery: RawDelivery): boolean {
  return header(delivery, 'authorization') !== undefined;
}

export function isAuthorized(delivery: RawDelivery, secret: string): boolean {
  const given = (header(delivery, 'authorization') ?? '').replace(/^Bearer\s+/i, '');
  return equalInConstantTime(given, secret);
}
