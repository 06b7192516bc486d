import { z } from 'zod';
import { shownObject, ShownText } from '../shown.ts';
import { hasAuthorization, isAuthorized } from './authorization.ts';
import { type ImageWebhook, noImage, type PushedImage } from './image-webhook.ts';
import { asDigest, asTag, ImageRepository } from './pushed-image.ts';

/** A registry sends what piled up while an endpoint was away, by default 10 events at a time. */
const mostEvents = 1_000;

const Envelope = z.object({
  events: z
    .array(
      z.object({
        action: z.string(),
        target: z.object({ repository: z.string(), mediaType: ShownText, digest: ShownText, tag: ShownText }),
        actor: shownObject({ name: ShownText }),
      }),
    )
    .max(mostEvents),
});

/**
 * CNCF Distribution, which GitLab's registry and many others are made of. Its name in references is not in its events: the
 * host there is what the pushing client or a proxy called it.
 * @see https://distribution.github.io/distribution/about/notifications/
 */
export const distribution: ImageWebhook = {
  title: 'CNCF Distribution',
  steps:
    'the registry’s configuration → notifications → endpoints: the URL, and `headers: {Authorization: [Bearer <secret>]}`.',
  isSigned: hasAuthorization,
  verify: isAuthorized,
  parse(_delivery, payload) {
    const { events } = Envelope.parse(payload);
    const pushed = events.filter(({ action }) => action === 'push');
    const images = pushed.flatMap(({ target }): PushedImage[] => {
      const tag = asTag(target.tag);
      if (tag === undefined) return [];
      const repository = ImageRepository.parse(target.repository);
      return [{ host: undefined, repository, tag, digest: asDigest(target.digest) }];
    });
    const [event] = events.length === 1 ? events.map(({ action }) => action) : ['notifications'];
    if (images.length === 0) return { kind: 'ignored', event: event ?? 'notifications', why: noImage };
    const pusher = pushed.at(-1)?.actor?.name || 'somebody';
    return { kind: 'images', event: event ?? 'notifications', pusher, images };
  },
};

export const gitlabRegistry: ImageWebhook = {
  ...distribution,
  title: 'GitLab container registry',
  steps:
    'of your own server, `/etc/gitlab/gitlab.rb` → `registry[\'notifications\']`: the URL, and `headers: {"Authorization": ["Bearer <secret>"]}`. ' +
    'GitLab.com sends none: use `--registry generic` in a CI job.',
};
