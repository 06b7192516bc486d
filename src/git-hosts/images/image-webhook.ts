import type { RawDelivery } from '../webhook.ts';

/** A request as it was received. */
export interface ImageDelivery extends RawDelivery {
  /** The last part of the URL, where the registry has the secret there. */
  urlSecret?: string | undefined;
}

/** An image that was pushed, as far as its registry says. */
export interface PushedImage {
  /** Registry in references, e.g. `ghcr.io`; undefined where the registry does not know how it is called from here. */
  host: string | undefined;
  /** e.g. `acme/api` */
  repository: string;
  tag: string;
  /** `sha256:…`; undefined where the registry does not say. */
  digest: string | undefined;
}

/** A delivery in a form common to all registries. */
export type ParsedImages =
  | { kind: 'images'; event: string; pusher: string; images: PushedImage[] }
  | { kind: 'ignored'; event: string; why: string };

/** Reads and verifies the deliveries of an image registry. */
export interface ImageWebhook {
  /** How people write its name. */
  title: string;
  /** Where people add a webhook, and what they select there. */
  steps: string;
  /** It signs nothing and sends no header of ours, so the secret is the last part of the URL. */
  secretInUrl?: true;
  /** The registry's id of the delivery; undefined when it sends none. */
  deliveryId?(delivery: ImageDelivery): string | undefined;
  /** Whether there is anything to verify. */
  isSigned(delivery: ImageDelivery): boolean;
  /** Whether the delivery was made with `secret`; compares in constant time. */
  verify(delivery: ImageDelivery, secret: string): boolean;
  /** @throws {ZodError} when the payload is not of the registry's shape. */
  parse(delivery: ImageDelivery, payload: unknown): ParsedImages;
}

export const noImage = 'no image with a tag was pushed';
