import { describe, expect, it } from '@jest/globals';
import type { ImageRegistry } from '../../../src/entities/image-registry.ts';
import { imageRegistries } from '../../../src/entities/image-registry.ts';
import { splitReference } from '../../../src/git-hosts/images/pushed-image.ts';
import { imageWebhooks } from '../../../src/git-hosts/images/registry.ts';
import { rawDelivery } from '../raw-delivery.ts';
import { digest, imagePayload, signedImage } from './payloads.ts';

function parse(registry: ImageRegistry, payload: object, headers: Record<string, string> = {}) {
  const signed = signedImage(registry, payload, 'secret');
  return imageWebhooks[registry].parse(rawDelivery({ ...signed, headers: { ...signed.headers, ...headers } }), payload);
}

describe.each(imageRegistries.filter((one) => one !== 'generic'))('%s', (registry) => {
  it.each([undefined, '', `sha256-${'a'.repeat(64)}.sig`])('deploys nothing that is pushed with the tag %j', (tag) => {
    expect(parse(registry, imagePayload[registry]({ repository: 'acme/api', tag }))).toMatchObject({
      kind: 'ignored',
      why: 'no image with a tag was pushed',
    });
  });
});

describe('what registries tell beside pushes', () => {
  it.each<[ImageRegistry, object, Record<string, string>, string]>([
    ['github-packages', { zen: 'Keep it logically awesome.' }, { 'x-github-event': 'ping' }, 'ping: the webhook works'],
    [
      'github-packages',
      { ref: 'refs/heads/main' },
      { 'x-github-event': 'push' },
      'event `push` deploys no image; `registry_package` does',
    ],
    [
      'github-packages',
      { action: 'published', registry_package: { name: 'api', package_type: 'npm' } },
      {},
      'the package is no container image',
    ],
    [
      'gitea-packages',
      { action: 'deleted', package: { type: 'container', name: 'api' } },
      {},
      '`deleted` deploys no image',
    ],
    [
      'gitea-packages',
      { action: 'created', package: { type: 'npm', name: 'api' } },
      {},
      'the package is no container image',
    ],
    ['gitea-packages', {}, { 'x-gitea-event': 'push' }, 'event `push` deploys no image; `package` does'],
    ['harbor', { type: 'DELETE_ARTIFACT' }, {}, 'event `DELETE_ARTIFACT` deploys no image; `PUSH_ARTIFACT` does'],
    [
      'distribution',
      { events: [{ action: 'pull', target: { repository: 'acme/api', tag: 'v1', digest } }] },
      {},
      'no image with a tag was pushed',
    ],
    ['distribution', { events: [] }, {}, 'no image with a tag was pushed'],
  ])('by %s deploys nothing: %j %j', (registry, payload, headers, why) => {
    expect(parse(registry, payload, headers)).toMatchObject({ kind: 'ignored', why });
  });

  it('is `package` for `registry_package` as well', () => {
    const { registry_package: pushed, ...rest } = imagePayload['github-packages']({
      repository: 'Acme/Api'.toLowerCase(),
      tag: 'v1',
    }) as { registry_package: object };
    expect(parse('github-packages', { ...rest, package: pushed }, { 'x-github-event': 'package' })).toMatchObject({
      images: [{ host: 'ghcr.io', repository: 'acme/api', tag: 'v1', digest }],
    });
  });

  it('is in lower case, as references are, though owners are not', () => {
    const pushed = {
      name: 'Api',
      namespace: 'AcmeCorp',
      package_type: 'container',
      package_version: { container_metadata: { tag: { name: 'v1', digest: '' } }, version: digest },
    };
    expect(parse('github-packages', { action: 'updated', registry_package: pushed })).toMatchObject({
      images: [{ host: 'ghcr.io', repository: 'acmecorp/api', tag: 'v1', digest }],
    });
  });

  it('is of Harbor as a CloudEvent too', () => {
    const event = {
      specversion: '1.0',
      type: 'harbor.artifact.pushed',
      data: {
        resources: [{ digest, tag: 'v1', resource_url: 'registry.example.com/acme/api:v1' }],
        repository: { repo_full_name: 'acme/api' },
        operator: 'robot$ci',
      },
    };
    expect(parse('harbor', event)).toEqual({
      kind: 'images',
      event: 'harbor.artifact.pushed',
      pusher: 'robot$ci',
      images: [{ host: 'registry.example.com', repository: 'acme/api', tag: 'v1', digest }],
    });
  });

  it('is every image of many events, and no more than a bound', () => {
    const { events } = imagePayload.distribution({ repository: 'acme/api', tag: 'v1' }) as { events: object[] };
    const two = imagePayload.distribution({ repository: 'acme/web', tag: 'v2' }) as { events: object[] };
    expect(parse('distribution', { events: [...events, ...two.events] })).toMatchObject({
      images: [
        { repository: 'acme/api', tag: 'v1' },
        { repository: 'acme/web', tag: 'v2' },
      ],
    });
    const many = { events: Array.from({ length: 1_001 }, () => events[0]) };
    expect(() => parse('distribution', many)).toThrow('<=1000');
  });
});

describe('what users of other products reported of registries', () => {
  it('Harbor tells of a replicated image with its digest as the tag, which is none', () => {
    const event = imagePayload.harbor({ repository: 'acme/api', tag: digest });
    expect(parse('harbor', event)).toMatchObject({ kind: 'ignored', why: 'no image with a tag was pushed' });
  });

  it('Harbor 1 calls a push `pushImage`', () => {
    const event = { ...imagePayload.harbor({ repository: 'acme/api', tag: 'v1' }), type: 'pushImage' };
    expect(parse('harbor', event)).toMatchObject({ images: [{ repository: 'acme/api', tag: 'v1', digest }] });
  });

  it('Distribution tells of the layers, of the platforms and of a pull before the image that has the tag', () => {
    const target = { repository: 'acme/api', digest: `sha256:${'b2'.repeat(32)}` };
    const { events } = imagePayload.distribution({ repository: 'acme/api', tag: 'v1' }) as { events: object[] };
    const before = [
      { action: 'push', target: { ...target, mediaType: 'application/octet-stream', length: 7 } },
      { action: 'push', target: { ...target, mediaType: 'application/vnd.oci.image.manifest.v1+json' } },
      { action: 'pull', target: { ...target, tag: 'v1' } },
    ];
    expect(parse('distribution', { events: [...before, ...events] })).toMatchObject({
      images: [{ repository: 'acme/api', tag: 'v1', digest }],
    });
  });

  it('GitHub tells of each platform of an image without a tag, before the image that has it', () => {
    const untagged = imagePayload['github-packages']({ repository: 'acme/api', tag: undefined });
    expect(parse('github-packages', untagged)).toMatchObject({ kind: 'ignored' });
    expect(
      parse('github-packages', imagePayload['github-packages']({ repository: 'acme/api', tag: 'v1' })),
    ).toMatchObject({ images: [{ tag: 'v1', digest }] });
  });

  it('Docker Hub says no digest, so that each push of a tag counts', () => {
    expect(parse('docker-hub', imagePayload['docker-hub']({ repository: 'acme/api', tag: 'v1' }))).toMatchObject({
      images: [{ host: 'docker.io', repository: 'acme/api', tag: 'v1', digest: undefined }],
    });
  });
});

describe('an image reference', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', 'latest'],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
    ['docker.io/acme/api:v1', 'docker.io', 'acme/api', 'v1'],
    ['index.docker.io/nginx', 'docker.io', 'library/nginx', 'latest'],
    ['ghcr.io/acme/api', 'ghcr.io', 'acme/api', 'latest'],
    [`registry.example.com:5000/a/b/c:v1@${digest}`, 'registry.example.com:5000', 'a/b/c', 'v1'],
    ['localhost/api:v1', 'localhost', 'api', 'v1'],
    ['localhost:5000/api', 'localhost:5000', 'api', 'latest'],
  ])('%s is in parts %s, %s and %s', (reference, host, repository, tag) => {
    expect(splitReference(reference)).toEqual({ host, repository, tag });
  });

  it.each(['', ':v1', 'Acme/api', 'acme//api', 'api:v 1', 'https://ghcr.io/acme/api'])('%j is none', (text) => {
    expect(splitReference(text)).toBeUndefined();
  });
});
