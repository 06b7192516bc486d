import { hash } from 'node:crypto';
import { ZodError } from 'zod';
import type { ImageRegistry } from '../../entities/image-registry.ts';
import type { ImageDelivery, ParsedImages } from '../../git-hosts/images/image-webhook.ts';
import { imageWebhooks } from '../../git-hosts/images/registry.ts';
import { storableText } from '../../storable-text.ts';
import type { Deps } from '../../usecases/deps.ts';
import { findImageSource } from '../../usecases/pushes/find-image-source.ts';
import { handleImagePush } from '../../usecases/pushes/handle-image-push.ts';
import { recordIgnored } from '../../usecases/pushes/store-delivery.ts';
import type { AuditSource } from '../../usecases/record-audit.ts';
import { answer, type DeliveryAnswer, maxDeliveryId, refuse } from './delivery-answer.ts';

/** Registries send some kilobytes; a notification of many events, some hundred. It is parsed here, in milliseconds. */
export const mostImageBytes = 1024 ** 2;

const maxEvent = 100;
const maxPusher = 200;

/** Verifies a registry's delivery and takes it; everything it led to is committed with the answer. */
export async function receiveImages(
  deps: Deps,
  registry: ImageRegistry,
  { delivery: raw, source: id, audit }: { delivery: ImageDelivery; source: string; audit: AuditSource },
): Promise<DeliveryAnswer> {
  const webhook = imageWebhooks[registry];
  const source = await findImageSource(deps, id);
  if (!source || !webhook.verify(raw, source.secret)) {
    return refuse(401, 'The secret is wrong. Copy URL and secret again from `app connect <app> --registry`.');
  }
  const parsed = read(registry, raw);
  if (typeof parsed === 'string') return refuse(400, parsed);
  const bodyHash = hash('sha256', raw.body);
  const deliveryId = webhook.deliveryId?.(raw) ?? bodyHash;
  if (deliveryId.length > maxDeliveryId) {
    return refuse(400, `The delivery id is longer than ${maxDeliveryId} characters.`);
  }
  const [image] = parsed.kind === 'images' ? parsed.images : [];
  const delivery = {
    provider: registry,
    deliveryId,
    signedBy: source.id,
    bodyHash,
    event: storableText(parsed.event, maxEvent),
    repository: image?.repository ?? '',
    audit,
  };
  if (parsed.kind === 'ignored') return answer(await recordIgnored(deps, delivery, parsed.why));
  const pusher = storableText(parsed.pusher, maxPusher);
  return answer(await handleImagePush(deps, delivery, { images: parsed.images, pusher }, source.project));
}

/** What a body says, or why it cannot be read. */
function read(registry: ImageRegistry, raw: ImageDelivery): ParsedImages | string {
  let payload: unknown;
  try {
    payload = JSON.parse(raw.body.toString('utf8'));
  } catch {
    return 'The body is not JSON. Set the content type to application/json.';
  }
  try {
    return imageWebhooks[registry].parse(raw, payload);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [issue] = error.issues;
    return `This is not a payload of ${registry}: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? ''}.`;
  }
}
