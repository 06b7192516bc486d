import { describe, expect, it } from '@jest/globals';
import type { ImageDetails } from '../../../src/swarm/images/image-details.ts';
import { isOnlyHere } from '../../../src/swarm/images/registry-copy.ts';
import { answeringEngine } from '../answering-engine.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const configuration = `sha256:${'c'.repeat(64)}`;
const ours = { Config: { Labels: { 'shipmate.application': 'a1' } } };

interface Case {
  image: Partial<ImageDetails>;
  /** What the registry answers to the Engine (default: it is not to be asked). */
  registry?: number;
  onlyHere: boolean;
}

/** With the overlay2 store: the id is that of the configuration. */
const older: Record<string, Case> = {
  'built here': { image: { Id: configuration, RepoDigests: [], ...ours }, onlyHere: true },
  'named here, as a copy of one that was pulled': {
    image: { Id: configuration, RepoDigests: [`nginx@${digest}`] },
    onlyHere: true,
  },
  pulled: { image: { Id: configuration, RepoDigests: [`shop/api@${digest}`] }, onlyHere: false },
};

/** With containerd's: the id is the digest, and every image has one. */
const inContainerd = { Id: digest, RepoDigests: [`shop/api@${digest}`] };
const newer: Record<string, Case> = {
  'built here': { image: { ...inContainerd, ...ours }, onlyHere: true },
  'pulled, as the Engine remembers': {
    image: { ...inContainerd, Identity: { Pull: [{ Repository: 'docker.io/shop/api' }] } },
    onlyHere: false,
  },
  'that the registry has': { image: inContainerd, registry: 200, onlyHere: false },
  'that the registry does not show': { image: inContainerd, registry: 401, onlyHere: true },
  'that the registry has not': { image: inContainerd, registry: 404, onlyHere: true },
  'whose registry does not answer': { image: inContainerd, registry: 500, onlyHere: true },
};

async function onlyHere({ image, registry }: Case): Promise<boolean> {
  await using engine = await answeringEngine((line) => {
    if (line === 'GET /images/shop/api:1/json?manifests=1') return { status: 200, body: { Size: 1, ...image } };
    if (line !== 'GET /distribution/shop/api:1/json') return undefined;
    return { status: registry ?? 404, body: { message: 'said the registry' } };
  });
  const only = await isOnlyHere(engine.docker, 'shop/api:1', async () => undefined);
  expect(engine.asked.some((line) => line.includes('/distribution/'))).toBe(registry !== undefined);
  return only;
}

describe.each([
  ['overlay2', older],
  ["containerd's image store", newer],
])('with %s, an image', (_, cases) => {
  it.each(Object.entries(cases))('%s', async (_name, one) => {
    expect(await onlyHere(one)).toBe(one.onlyHere);
  });
});

it('an image named by its digest is in a registry, and one that is not here is not only here', async () => {
  await using engine = await answeringEngine(() => undefined);
  const login = async () => undefined;
  expect(await isOnlyHere(engine.docker, `shop/api:1@${digest}`, login)).toBe(false);
  expect(engine.asked).toEqual([]);
  expect(await isOnlyHere(engine.docker, 'shop/api:1', login)).toBe(false);
});
