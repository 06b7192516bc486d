import { z } from 'zod';
import { ShownText } from '../shown.ts';
import { hasAuthorization, isAuthorized } from './authorization.ts';
import { type ImageWebhook, noImage, type PushedImage } from './image-webhook.ts';
import { asDigest, asTag, ImageRepository, splitReference } from './pushed-image.ts';

/** More resources than an image index has. */
const mostResources = 1_000;

const Data = z.object({
  resources: z.array(z.object({ digest: ShownText, tag: ShownText, resource_url: ShownText })).max(mostResources),
  repository: z.object({ repo_full_name: ImageRepository }),
});

/** Harbor's own format, and CloudEvents, which it sends when asked to. */
const Event = z.object({
  type: z.string(),
  operator: ShownText,
  event_data: Data.nullish(),
  data: Data.extend({ operator: ShownText }).nullish().catch(null),
});

const pushes = ['PUSH_ARTIFACT', 'pushImage', 'harbor.artifact.pushed'];

/** @see https://goharbor.io/docs/2.12.0/working-with-projects/project-configuration/configure-webhooks/ */
export const harbor: ImageWebhook = {
  title: 'Harbor',
  steps: 'the project → Webhooks → New webhook; notify type http; event: artifact pushed; auth header: the secret.',
  isSigned: hasAuthorization,
  verify: isAuthorized,
  parse(_delivery, payload) {
    const { data, event_data, operator, type: event } = Event.parse(payload);
    if (!pushes.includes(event)) {
      return { kind: 'ignored', event, why: `event \`${event}\` deploys no image; \`PUSH_ARTIFACT\` does` };
    }
    const { repository, resources } = Data.parse(event_data ?? data);
    const images = resources.flatMap(({ digest, resource_url, tag: named }): PushedImage[] => {
      const tag = asTag(named);
      if (tag === undefined) return [];
      const host = splitReference(resource_url ?? '')?.host;
      return [{ host, repository: repository.repo_full_name, tag, digest: asDigest(digest) }];
    });
    if (images.length === 0) return { kind: 'ignored', event, why: noImage };
    return { kind: 'images', event, pusher: operator ?? data?.operator ?? 'somebody', images };
  },
};
