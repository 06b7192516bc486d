import { createHmac } from 'node:crypto';
import type { ImageRegistry } from '../../../src/entities/image-registry.ts';

export const digest = `sha256:${'a1'.repeat(32)}`;

export interface ImageInTest {
  /** e.g. `acme/api` */
  repository: string;
  tag: string | undefined;
  digest?: string;
}

const hmac = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('hex');

/**
 * What registries send when an image is pushed, cut down to documented fields.
 * @see https://docs.docker.com/docker-hub/repos/manage/webhooks/
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#registry_package
 * @see https://distribution.github.io/distribution/about/notifications/
 * @see https://goharbor.io/docs/2.12.0/working-with-projects/project-configuration/configure-webhooks/
 */
export const imagePayload: Record<ImageRegistry, (image: ImageInTest) => object> = {
  'docker-hub': ({ repository, tag }) => ({
    callback_url: `https://registry.hub.docker.com/u/${repository}/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/`,
    push_data: { images: [], pushed_at: Date.now() / 1_000, pusher: 'ada', tag },
    repository: {
      name: repository.split('/')[1],
      namespace: repository.split('/')[0],
      owner: repository.split('/')[0],
      repo_name: repository,
      status: 'Active',
    },
  }),
  'github-packages': ({ repository, tag, digest: id = digest }) => ({
    action: 'published',
    registry_package: {
      id: 1,
      name: repository.split('/')[1],
      namespace: repository.split('/')[0],
      ecosystem: 'CONTAINER',
      package_type: 'CONTAINER',
      owner: { login: repository.split('/')[0] },
      package_version: {
        version: id,
        package_url: `ghcr.io/${repository}:${tag ?? ''}`,
        container_metadata: { tag: { name: tag ?? '', digest: id }, labels: {}, manifest: {} },
      },
      registry: { name: 'GitHub CONTAINER registry', type: 'CONTAINER', url: 'https://CONTAINER.pkg.github.com/acme' },
    },
    sender: { login: 'ada' },
  }),
  'gitlab-registry': (image) => notification(image),
  'gitea-packages': ({ repository, tag, digest: id = digest }) => ({
    action: 'created',
    repository: null,
    package: {
      id: 7,
      owner: { id: 1, login: repository.split('/')[0] },
      creator: { login: 'ada' },
      type: 'container',
      name: repository.split('/')[1],
      version: tag ?? id,
    },
    sender: { login: 'ada' },
  }),
  harbor: ({ repository, tag, digest: id = digest }) => ({
    type: 'PUSH_ARTIFACT',
    occur_at: 1_586_922_308,
    operator: 'ada',
    event_data: {
      resources: [{ digest: id, tag, resource_url: `registry.example.com/${repository}:${tag ?? ''}` }],
      repository: {
        name: repository.split('/')[1],
        namespace: repository.split('/')[0],
        repo_full_name: repository,
        repo_type: 'private',
      },
    },
  }),
  distribution: (image) => notification(image),
  generic: ({ repository, tag, digest: id = digest }) => ({
    image: `registry.example.com/${repository}${tag === undefined ? '' : `:${tag}`}`,
    digest: id,
    pusher: 'ada',
  }),
};

/** A manifest and a layer, as one push sends them. */
function notification({ repository, tag, digest: id = digest }: ImageInTest) {
  const event = { timestamp: '2026-03-09T14:44:26Z', action: 'push', actor: { name: 'ada' }, source: { addr: 'x' } };
  const url = `http://registry:5000/v2/${repository}`;
  return {
    events: [
      {
        ...event,
        id: 'asdf-asdf',
        target: { mediaType: 'application/octet-stream', digest: `sha256:${'0'.repeat(64)}`, repository, url },
      },
      {
        ...event,
        id: 'asdf-qwer',
        target: {
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          digest: id,
          repository,
          url,
          ...(tag !== undefined && { tag }),
        },
        request: { host: 'registry:5000', method: 'PUT', useragent: 'docker/28' },
      },
    ],
  };
}

/** Where the image is called from, in references. */
export const hostOf: Record<ImageRegistry, string> = {
  'docker-hub': '',
  'github-packages': 'ghcr.io/',
  'gitlab-registry': 'registry.example.com/',
  'gitea-packages': 'registry.example.com/',
  harbor: 'registry.example.com/',
  distribution: 'registry.example.com:5000/',
  generic: 'registry.example.com/',
};

const headersOf: Record<ImageRegistry, (body: string, secret: string) => Record<string, string>> = {
  'docker-hub': () => ({}),
  'github-packages': (body, secret) => ({
    'x-github-event': 'registry_package',
    'x-github-delivery': crypto.randomUUID(),
    'x-hub-signature-256': `sha256=${hmac(body, secret)}`,
  }),
  'gitlab-registry': (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  'gitea-packages': (body, secret) => ({ 'x-gitea-event': 'package', 'x-gitea-signature': hmac(body, secret) }),
  harbor: (_body, secret) => ({ authorization: secret }),
  distribution: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  generic: (body, secret) => ({ 'x-shipmate-signature': `sha256=${hmac(body, secret)}` }),
};

/** What the registry sends. */
export function signedImage(registry: ImageRegistry, payload: object | string, secret: string) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { body, headers: { 'content-type': 'application/json', ...headersOf[registry](body, secret) } };
}
