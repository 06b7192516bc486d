import { z } from 'zod';
import { ShownText } from '../shown.ts';
import { equalInConstantTime } from '../signatures.ts';
import { type ImageWebhook, noImage } from './image-webhook.ts';
import { asTag, ImageRepository } from './pushed-image.ts';

const Push = z.object({
  push_data: z.object({ tag: ShownText, pusher: ShownText }),
  repository: z.object({ repo_name: ImageRepository }),
});

/**
 * Docker Hub signs nothing and says no digest. Nothing is sent to its `callback_url`, an address that anybody may write.
 * @see https://docs.docker.com/docker-hub/repos/manage/webhooks/
 */
export const dockerHub: ImageWebhook = {
  title: 'Docker Hub',
  steps:
    'the repository → Webhooks → a name and the URL. Docker Hub signs nothing: the URL holds the secret, so treat it as one.',
  secretInUrl: true,
  isSigned: ({ urlSecret }) => urlSecret !== undefined,
  verify: ({ urlSecret = '' }, secret) => equalInConstantTime(urlSecret, secret),
  parse(_delivery, payload) {
    const { push_data, repository } = Push.parse(payload);
    const tag = asTag(push_data.tag);
    if (tag === undefined) return { kind: 'ignored', event: 'push', why: noImage };
    const images = [{ host: 'docker.io', repository: repository.repo_name, tag, digest: undefined }];
    return { kind: 'images', event: 'push', pusher: push_data.pusher ?? 'somebody', images };
  },
};
