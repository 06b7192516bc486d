import { z } from 'zod';
import { webhook } from '../github/webhook.ts';
import { shownObject, ShownText } from '../shown.ts';
import { header } from '../webhook.ts';
import { type ImageWebhook, noImage } from './image-webhook.ts';
import { asDigest, asTag, ImageRepository, splitReference } from './pushed-image.ts';

const Package = z.object({
  name: z.string(),
  namespace: ShownText,
  package_type: ShownText,
  ecosystem: ShownText,
  owner: shownObject({ login: ShownText }),
  package_version: shownObject({
    version: ShownText,
    package_url: ShownText,
    container_metadata: shownObject({ tag: shownObject({ name: ShownText, digest: ShownText }) }),
  }),
});

const Event = z.object({
  action: ShownText,
  registry_package: Package.nullish(),
  package: Package.nullish(),
  sender: shownObject({ login: ShownText }),
});

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#registry_package */
export const githubPackages: ImageWebhook = {
  title: 'GitHub Packages (ghcr.io)',
  steps:
    'the repository or organization → Settings → Webhooks → Add webhook; content type application/json; let me select: registry packages.',
  deliveryId: (delivery) => webhook.deliveryId(delivery),
  isSigned: (delivery) => webhook.isSigned(delivery),
  verify: (delivery, secret) => webhook.verify(delivery, secret),
  parse(delivery, payload) {
    const event = header(delivery, 'x-github-event') ?? 'unknown';
    if (event === 'ping') return { kind: 'ignored', event, why: 'ping: the webhook works' };
    if (event !== 'registry_package' && event !== 'package') {
      return { kind: 'ignored', event, why: `event \`${event}\` deploys no image; \`registry_package\` does` };
    }
    const { action, sender, ...either } = Event.parse(payload);
    const pushed = either.registry_package ?? either.package;
    if (action !== 'published' && action !== 'updated') {
      return { kind: 'ignored', event, why: `\`${action ?? 'nothing'}\` deploys no image` };
    }
    if (!pushed || !/^container$/i.test(pushed.package_type ?? pushed.ecosystem ?? '')) {
      return { kind: 'ignored', event, why: 'the package is no container image' };
    }
    const { container_metadata: metadata, package_url, version } = pushed.package_version ?? {};
    const tag = asTag(metadata?.tag?.name);
    if (tag === undefined) return { kind: 'ignored', event, why: noImage };
    const owner = pushed.namespace ?? pushed.owner?.login;
    const said = splitReference(package_url ?? '');
    const repository = ImageRepository.parse(said?.repository ?? `${owner ?? ''}/${pushed.name}`.toLowerCase());
    const digest = asDigest(metadata?.tag?.digest) ?? asDigest(version);
    return {
      kind: 'images',
      event,
      pusher: sender?.login ?? 'somebody',
      images: [{ host: said?.host ?? 'ghcr.io', repository, tag, digest }],
    };
  },
};
