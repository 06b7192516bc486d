import type { GitProvider } from '../entities/git-provider.ts';
import { type ReadDelivery, readDelivery, signedWith } from './read-delivery.ts';
import type { RawDelivery } from './webhook.ts';

// What `createDeliveryReader` runs in threads.

export interface DeliveryTask {
  provider: GitProvider;
  /** Its body arrives as plain bytes. */
  raw: { headers: RawDelivery['headers']; body: Uint8Array };
}

export function verify({ provider, raw, secrets }: DeliveryTask & { secrets: readonly string[] }): boolean[] {
  return signedWith(provider, withBuffer(raw), secrets);
}

export function read({ provider, raw }: DeliveryTask): ReadDelivery {
  return readDelivery(provider, withBuffer(raw));
}

function withBuffer({ headers, body }: DeliveryTask['raw']): RawDelivery {
  return { headers, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
}
