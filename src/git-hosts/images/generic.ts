import { z } from 'zod';
import { ShownText } from '../shown.ts';
import { isPrefixedHmac } from '../signatures.ts';
import { header } from '../webhook.ts';
import type { ImageWebhook } from './image-webhook.ts';
import { asDigest, splitReference } from './pushed-image.ts';

const Push = z
  .object({
    image: z.string().refine((text) => splitReference(text) !== undefined, 'is not an image reference'),
    digest: z
      .string()
      .refine((text) => asDigest(text) !== undefined, 'is not `sha256:` and 64 hexadecimal digits')
      .nullish(),
    id: ShownText,
    pusher: ShownText,
  })
  .refine(({ digest, id, image }) => digest != null || id != null || image.includes('@'), {
    path: ['digest'],
    message: 'is missing, and `id` too: without either, the next push under this tag has the same body',
  });

/** Of Shipmate’s own format, for CI jobs and registries that have none of the others. */
export const generic: ImageWebhook = {
  title: 'any registry',
  steps:
    'POST `{"image": "registry.example.com/acme/api:v1", "digest": "sha256:…", "id": "<of the CI job>"}` with the header `X-Shipmate-Signature: sha256=<hex HMAC-SHA256 of the body>`.',
  deliveryId: (delivery) => header(delivery, 'x-shipmate-delivery'),
  isSigned: (delivery) => header(delivery, 'x-shipmate-signature') !== undefined,
  verify: (delivery, secret) => isPrefixedHmac(header(delivery, 'x-shipmate-signature'), delivery.body, secret),
  parse(_delivery, payload) {
    const { digest, image, pusher } = Push.parse(payload);
    const reference = splitReference(image);
    if (!reference) return { kind: 'ignored', event: 'push', why: 'no image was named' };
    const images = [{ ...reference, digest: asDigest(digest) ?? asDigest(image.split('@')[1]) }];
    return { kind: 'images', event: 'push', pusher: pusher ?? 'somebody', images };
  },
};
