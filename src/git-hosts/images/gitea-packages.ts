import { z } from 'zod';
import { webhook } from '../gitea/webhook.ts';
import { shownObject, ShownText } from '../shown.ts';
import { header } from '../webhook.ts';
import { type ImageWebhook, noImage } from './image-webhook.ts';
import { asTag, ImageRepository } from './pushed-image.ts';

const Event = z.object({
  action: ShownText,
  package: z.object({
    type: ShownText,
    name: z.string(),
    version: ShownText,
    owner: shownObject({ login: ShownText, username: ShownText }),
  }),
  sender: shownObject({ login: ShownText }),
});

/** Gitea and Forgejo tell of each tag, and of each manifest by its digest, without saying which belong together. */
export const giteaPackages: ImageWebhook = {
  title: 'Gitea packages',
  steps:
    'the organization or account → Settings → Webhooks → Add webhook → Gitea; content type application/json; custom events: package.',
  deliveryId: (delivery) => webhook.deliveryId(delivery),
  isSigned: (delivery) => webhook.isSigned(delivery),
  verify: (delivery, secret) => webhook.verify(delivery, secret),
  parse(delivery, payload) {
    const event = header(delivery, 'x-forgejo-event') ?? header(delivery, 'x-gitea-event') ?? 'unknown';
    if (event !== 'package') {
      return { kind: 'ignored', event, why: `event \`${event}\` deploys no image; \`package\` does` };
    }
    const { action, package: pushed, sender } = Event.parse(payload);
    if (action !== 'created') {
      return { kind: 'ignored', event, why: `\`${action ?? 'nothing'}\` deploys no image` };
    }
    if (pushed.type !== 'container') return { kind: 'ignored', event, why: 'the package is no container image' };
    const tag = asTag(pushed.version);
    if (tag === undefined) return { kind: 'ignored', event, why: noImage };
    const owner = pushed.owner?.login ?? pushed.owner?.username ?? '';
    const repository = ImageRepository.parse(`${owner}/${pushed.name}`.toLowerCase());
    const images = [{ host: undefined, repository, tag, digest: undefined }];
    return { kind: 'images', event, pusher: sender?.login ?? 'somebody', images };
  },
};
